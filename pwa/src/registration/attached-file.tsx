/** The attached appointment decision: what it is called, how long it is, and the way to read it. It is not signed. */
import { ButtonLink } from "../ui/button";
import { megabytes } from "../ui/megabytes";
import { say } from "../words/say";
import { appointment as words } from "../words/vi/appointment";
import type { components } from "../api/schema";

export function AttachedFile({ href, appointment: { filename, file } }: { href: string; appointment: components["schemas"]["Registration"]["appointment"] }) {
  if (!file) return null;
  return (
    <div class="stack-tight">
      <p><strong class="signed-file-name">{filename}</strong><br /><span class="muted small">{say(words.facts, { n: file.pages, "dung lượng": megabytes(file.size), "8 ký tự": file.sha256.slice(0, 8) })}</span></p>
      <ButtonLink kind="outline" icon="document" wide href={href} target="_blank">{words.open}</ButtonLink>
    </div>
  );
}
