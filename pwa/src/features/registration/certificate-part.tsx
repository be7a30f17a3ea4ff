/** How a signer's certificate gets into the declaration: from their CA, or from the file of their token. Never typed. */
import { useState } from "preact/hooks";
import { actionKey } from "../../api/action-key";
import { asProblem, type Problem } from "../../api/problem";
import { useOnline } from "../../api/use-online";
import { Button } from "../../ui/button";
import { members as words } from "../../words/vi/registering-members";
import { certificates } from "../../words/vi/registering-certificates";
import { CertificateSheet } from "./certificate-sheet";
import { FileField } from "./file-field";
import { base64Of } from "./files";
import { nameOf } from "./members-part";
import { Note } from "./note";
import type { PartProps } from "./part";
import type { Member } from "./parts";

type State = { at: "idle" } | { at: "saving" } | { at: "sheet"; memberId: string } | { at: "reading"; file: File } | { at: "refused"; problem: Problem } | { at: "unsaved" };

export function CertificatePart({ api, desk, row, member, has }: Pick<PartProps, "api" | "desk" | "row"> & { member: Member; has: boolean }) {
  const [state, setState] = useState<State>({ at: "idle" });
  const online = useOnline();
  const version = () => desk.server.get()?.version ?? 0;
  /** The certificate is accepted for a person as saved, so what was typed goes first. */
  const savedId = async () => {
    setState({ at: "saving" });
    const id = (await desk.flush()) ? desk.draft.get().members[row]?.id : undefined;
    if (!id) setState({ at: "unsaved" });
    return id ?? undefined;
  };
  const open = async () => {
    const memberId = await savedId();
    if (memberId) setState({ at: "sheet", memberId });
  };
  const upload = async (file: File | undefined) => {
    const memberId = file && (await savedId());
    if (!file || !memberId) return;
    setState({ at: "reading", file });
    try {
      desk.adopt(await api.uploadCertificate({ expected_version: version(), member_id: memberId, file_base64: await base64Of(file) }, actionKey()));
      setState({ at: "idle" });
    } catch (error) {
      setState({ at: "refused", problem: asProblem(error) });
    }
  };
  return (
    <div class="stack-tight">
      {member.signing_form === "remote" && <Button kind={has ? "outline" : "primary"} icon="shield" wide disabled={!online} busy={state.at === "saving" && certificates.preparing} onClick={() => void open()}>{has ? words.getAgain : words.getCertificate}</Button>}
      {member.signing_form === "usb_token" && <FileField label={certificates.tokenFile} accept=".cer,.crt,.pem,.der,.p7b" chosen={state.at === "reading" ? state.file : undefined} error={state.at === "refused" ? (state.problem.fields[0]?.sentence ?? state.problem.title) : undefined} onChoose={(file) => void upload(file)} />}
      {member.signing_form === "usb_token" && <p class="muted small">{certificates.tokenHint}</p>}
      {state.at === "unsaved" && <Note tone="warning">{certificates.unsaved}</Note>}
      {state.at === "sheet" && (
        <CertificateSheet
          api={api}
          memberId={state.memberId}
          name={nameOf(member, row)}
          version={version}
          onBound={(registration) => {
            desk.adopt(registration);
            setState({ at: "idle" });
          }}
          onClosed={() => setState({ at: "idle" })}
        />
      )}
    </div>
  );
}
