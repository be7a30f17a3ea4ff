/** What few people meet at the door, in one file of its own. */
export { FirstTime } from "./first-time";
export { Forgotten, Reset } from "./forgotten";
