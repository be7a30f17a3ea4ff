/** Entry: paints first, then the service worker, the socket and everything else that can wait. */
import { render } from "preact";
import { listenToBrowser } from "./api/online";
import { App } from "./app";
import { watchForInstall } from "./install/prompt";
import { watchForUpdates } from "./install/update";
import { navigate, startRouter } from "./router";
import { refreshSession } from "./session/session";
import "./styles/index.css";

const root = document.getElementById("app");
if (!root) throw new Error("index.html has no #app");
startRouter();
listenToBrowser();
watchForInstall();
void refreshSession();
render(<App />, root);
if (import.meta.env.PROD) setTimeout(() => void watchForUpdates(navigate), 0);
