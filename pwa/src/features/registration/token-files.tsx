/** Units on USB tokens: the declarations are signed on a computer and all come back together. */
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../../api/problem";
import { useLoaded } from "../../api/use-loaded";
import { useOnline } from "../../api/use-online";
import { Button, ButtonLink } from "../../ui/button";
import { Card } from "../../ui/card";
import { Select } from "../../ui/field";
import { registering } from "../../words/vi/registering";
import { sending as words } from "../../words/vi/registering-sending";
import { Decision } from "../signing/action";
import { FileField } from "./file-field";
import { base64Of } from "./files";
import { Note } from "./note";
import type { StageProps } from "./stage-props";

const LARGEST_BYTES = 2 * 1024 * 1024;

/** By document. */
type Files = Readonly<Record<string, File | undefined>>;

type State = { at: "idle" } | { at: "missing" } | { at: "sending" } | { at: "refused"; problem: Problem; files: Files };

export function TokenFiles({ api, server, onMoved }: StageProps) {
  const [files, setFiles] = useState<Files>({});
  const [picked, setPicked] = useState<string>();
  const [state, setState] = useState<State>({ at: "idle" });
  const [decision] = useState(() => new Decision());
  const { state: signers } = useLoaded(api.signers, `${server.id} ${server.version}`);
  const online = useOnline();
  const people = signers.at === "ready" ? signers.value : [];
  const signer = picked ?? people[0]?.member_id;
  const tooLarge = (id: string) => (files[id]?.size ?? 0) > LARGEST_BYTES;
  const send = async () => {
    const chosen = server.documents.flatMap(({ id }) => (files[id] ? [{ id, file: files[id] }] : []));
    if (!signer || chosen.length < server.documents.length || chosen.some(({ id }) => tooLarge(id))) return setState({ at: "missing" });
    setState({ at: "sending" });
    try {
      const body = { expected_version: server.version, member_id: signer, files: await Promise.all(chosen.map(async ({ id, file }) => ({ document_id: id, file_base64: await base64Of(file) }))) };
      onMoved(await api.uploadSigned(body, decision.keyFor(body)));
    } catch (error) {
      setState({ at: "refused", problem: asProblem(error), files });
    }
  };
  // What was said of a file is not said of the one chosen after it.
  const sentence = (id: string, at: number) => (state.at === "refused" && state.files[id] === files[id] ? state.problem.fields.find(({ path }) => path === `files.${at}` || path.startsWith(`files.${at}.`))?.sentence : undefined);
  return (
    <Card title={words.tokenSend}>
      <div class="stack">
        {people.length > 1 && <Select label={words.tokenSigner} options={people.map(({ member_id, full_name, title_label }) => ({ value: member_id, label: `${full_name} – ${title_label}` }))} value={signer ?? ""} onValue={setPicked} />}
        {server.documents.map(({ id, filename }, at) => (
          <div key={id} class="token-file">
            <p class="signed-file-name">{filename}</p>
            <div class="button-row">
              <ButtonLink kind="outline" icon="download" href={api.pdf(id)} download={filename}>{words.tokenDownload}</ButtonLink>
              <FileField label={words.tokenChoose} accept="application/pdf" chosen={files[id]} error={tooLarge(id) ? words.tooLarge : sentence(id, at)} onChoose={(file) => setFiles({ ...files, [id]: file })} />
            </div>
          </div>
        ))}
        {state.at === "missing" && <Note tone="warning">{words.tokenMissing}</Note>}
        {state.at === "refused" && state.files === files && <Note tone="danger">{state.problem.title}</Note>}
        <Button icon="send" wide disabled={!online} busy={state.at === "sending" && words.tokenSending} onClick={() => void send()}>{online ? words.tokenSend : registering.offline}</Button>
      </div>
    </Card>
  );
}
