/** Until when the Treasury has to answer, and by how much that has passed, in words an officer takes in at a glance. */
import type { Tone } from "../../ui/badge";
import { clockTime, day } from "../../ui/format";
import { say } from "../../words/say";
import { treasuryRegistrations } from "../../words/vi/treasury-registrations";

const words = treasuryRegistrations.due;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SOON = 2 * HOUR;

export interface Due {
  tone: Tone;
  sentence: string;
}

/** `late` is the server's word; a screen left open falls late by itself. */
export function dueOf({ due_at, late }: { due_at: string; late: boolean }, now: number): Due {
  const left = Date.parse(due_at) - now;
  if (late || left <= 0) return { tone: "danger", sentence: say(words.late, { "bao lâu": long(Math.max(0, -left)) }) };
  const at = day(due_at) === day(now) ? say(words.today, { giờ: clockTime(due_at) }) : say(words.other, { giờ: clockTime(due_at), ngày: day(due_at).slice(0, 5) });
  return { tone: left <= SOON ? "warning" : "neutral", sentence: at };
}

function long(milliseconds: number): string {
  if (milliseconds < HOUR) return say(words.minutes, { n: Math.max(1, Math.floor(milliseconds / MINUTE)) });
  if (milliseconds < 48 * HOUR) return say(words.hours, { n: Math.floor(milliseconds / HOUR) });
  return say(words.days, { n: Math.floor(milliseconds / (24 * HOUR)) });
}
