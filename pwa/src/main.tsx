/** Entry: asks who is here, paints, and only then fetches what can wait. Everything imported from here is the first download. */
import { render } from "preact";
import { App } from "./app";
import { fetchLater } from "./later";
import { refreshSession } from "./session/session";
import "./styles/index.css";

const root = document.getElementById("app") as HTMLElement;
// Until it is known who is here, the page's own grey shapes stand.
void refreshSession().then(() => {
  render(<App />, root);
  fetchLater();
});
