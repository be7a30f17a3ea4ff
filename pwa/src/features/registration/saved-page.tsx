/** After the first "Lưu": the code, and what happens next. */
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { Icon } from "../../ui/icons";
import { ActionBar, TopBar } from "../../ui/top-bar";
import { say } from "../../words/say";
import { sending as words } from "../../words/vi/registering-sending";
import { DeviceLink } from "./device-link";
import type { StageProps } from "./stage-props";

export function SavedPage({ office, server, onGoOn }: StageProps & { onGoOn: () => void }) {
  return (
    <>
      <TopBar title={words.savedTitle} back={office.exit} />
      <div class="content">
        <section class="hero sent-hero">
          <span class="sent-mark"><Icon name="check" /></span>
          <p class="saved-code figures">{server.code}</p>
          <h2 class="saved-words">{say(words.saved, { mã: server.code ?? "" })}</h2>
        </section>
        <Card><p>{say(words.savedNext, { email: server.content.unit.email })}</p></Card>
        <DeviceLink kind={server.kind} />
      </div>
      <ActionBar><Button icon="edit" onClick={onGoOn}>{words.goOn}</Button></ActionBar>
    </>
  );
}
