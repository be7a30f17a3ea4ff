/** Step 4, second pass: the declarations to read, then one signature of the account holder's side sends them. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useLoaded } from "../../api/use-loaded";
import { useOnline } from "../../api/use-online";
import { navigate } from "../../router";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Icon } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { ActionBar, TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { appointment } from "../../words/vi/appointment";
import { registering } from "../../words/vi/registering";
import { sending as words } from "../../words/vi/registering-sending";
import { AttachedFile } from "../../registration/attached-file";
import { CancelDossier } from "./cancel-dossier";
import { Declarations, type Seen } from "./declarations";
import { DeviceLink } from "./device-link";
import { LogCard } from "./log-card";
import { formsInUse } from "./parts";
import { screenNamed, searchOf } from "./screens";
import { SignSheet } from "./sign-sheet";
import type { StageProps } from "./stage-props";
import { TokenFiles } from "./token-files";

type Open = "nothing" | "sign" | "edit";

export function DocumentsPage({ above, ...props }: StageProps & { above?: ComponentChildren }) {
  const { office, api, server } = props;
  const [open, setOpen] = useState<Open>("nothing");
  const [seen, setSeen] = useState<Readonly<Record<string, Seen>>>({});
  const online = useOnline();
  const { state: last } = useLoaded(api.signing, `${server.id} ${server.version}`);
  const problem = last.at === "ready" ? last.value?.problem : undefined;
  const token = formsInUse(server.content.members).includes("usb_token");
  const unseen = server.documents.filter(({ id }) => seen[id] !== "shown");
  const unread = unseen.length === 0 ? undefined : unseen.some(({ id }) => seen[id] === "failed") ? words.signUnseen : words.signWaits;
  const edit = () => navigate(office.home + searchOf({ screen: screenNamed("check"), row: 0 }));
  return (
    <>
      <TopBar title={words.signTitle} back={office.exit} sub={say(registering.codeIs, { mã: server.code ?? "" })} />
      <div class="content dossier-content">
        <div class="dossier-head">
          {problem && (
            <Card tone="warning" title={words.lastRefused}>
              <p role="status">{problem.title}</p>
            </Card>
          )}
          <p class="note note-info"><Icon name="info" /><span class="grow">{token ? words.tokenLead : words.signLead}</span></p>
          {above}
        </div>
        <div class="dossier-files">
          <h2 class="list-title">{words.documents}</h2>
          <Declarations api={api} documents={server.documents} onSeen={(id, what) => setSeen((before) => ({ ...before, [id]: what }))} />
          {server.appointment.file && <Card title={appointment.title}><AttachedFile href={api.appointment} appointment={server.appointment} /></Card>}
        </div>
        <div class="dossier-rest">
          {token && <TokenFiles {...props} />}
          <LogCard log={server.log} />
          <div class="button-row">
            <DeviceLink kind={server.kind} />
            <CancelDossier {...props} />
          </div>
        </div>
      </div>
      <ActionBar reason={!online ? words.signOffline : token ? undefined : unread}>
        <Button kind="outline" icon="edit" onClick={() => setOpen("edit")}>{words.editAgain}</Button>
        {!token && <Button icon="sign" disabled={!online || unread !== undefined} onClick={() => setOpen("sign")}>{words.sign}</Button>}
      </ActionBar>
      {open === "sign" && <SignSheet {...props} onClosed={() => setOpen("nothing")} />}
      {open === "edit" && (
        <Sheet
          open
          title={words.editAgainTitle}
          onClose={() => setOpen("nothing")}
          actions={<><Button kind="outline" onClick={() => setOpen("nothing")}>{registering.keep}</Button><Button guard onClick={edit}>{words.editAgainYes}</Button></>}
        >
          <p>{words.editAgainBody}</p>
        </Sheet>
      )}
    </>
  );
}
