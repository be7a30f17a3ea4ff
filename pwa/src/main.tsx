/** Entry: asks who is here, paints, and only then fetches what can wait. */
import { render } from "preact";
import { App } from "./app";
import { fetchLater } from "./later";
import { startRouter } from "./router";
import { refreshSession } from "./session/session";
import "./styles/index.css";

const root = document.getElementById("app");
if (!root) throw new Error("index.html has no #app");
startRouter();
void refreshSession();
render(<App />, root);
fetchLater();
