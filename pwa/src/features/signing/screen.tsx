/**
 * `/ky/:id`: one signing request, from sent to signed or ended. Only what `GET /api/signings/{id}` answers is shown; after a
 * reload or a long sleep it is the same screen again.
 */
import { useEffect, useRef } from "preact/hooks";
import { holdUpdates } from "../../install/update";
import type { ScreenProps } from "../../screens";
import { announce } from "../../ui/announce";
import { Skeleton } from "../../ui/skeleton";
import { ErrorState } from "../../ui/states";
import { TopBar } from "../../ui/top-bar";
import { waiting as words } from "../../words/vi/waiting";
import { EndedPage } from "./ended";
import { viewOf } from "./ending";
import { SignedPage } from "./signed";
import { useSigning } from "./use-signing";
import { WaitingPage } from "./waiting";

export function Screen({ params }: ScreenProps) {
  return <Request id={params["id"] ?? ""} />;
}

function Request({ id }: { id: string }) {
  const { watch, reload, take } = useSigning(id);
  const waited = useRef(false);
  useEffect(() => holdUpdates(), []);
  const view = watch.at === "here" ? viewOf(watch.signing, Date.now() + watch.clockOffset) : undefined;
  const title = view?.at === "ended" ? view.ending.title : "";
  useEffect(() => {
    if (view?.at === "waiting") waited.current = true;
    if (title && waited.current) announce(title);
  }, [view?.at, title]);
  switch (watch.at) {
    case "loading":
      return (
        <>
          <TopBar title={words.title} back="/" />
          <div class="content"><Skeleton shapes={["hero", "card", "card"]} /></div>
        </>
      );
    case "failed":
      return (
        <>
          <TopBar title={words.title} back="/" />
          <ErrorState happened={watch.problem.isOffline ? words.failed : watch.problem.title} supportCode={watch.problem.supportCode} onRetry={() => void reload()} />
        </>
      );
    case "here":
      return <Known watch={watch} waited={waited.current} reload={reload} take={take} />;
    default:
      return watch satisfies never;
  }
}

type KnownProps = Pick<ReturnType<typeof useSigning>, "reload" | "take"> & {
  watch: Extract<ReturnType<typeof useSigning>["watch"], { at: "here" }>;
  waited: boolean;
};

function Known({ watch: { signing, clockOffset, lost }, waited, reload, take }: KnownProps) {
  const now = () => Date.now() + clockOffset;
  const view = viewOf(signing, now());
  switch (view.at) {
    case "waiting":
      return <WaitingPage signing={signing} part={view.part} now={now} lost={lost} onDeadline={() => void reload()} onAnswer={take} />;
    case "signed":
      return <SignedPage signing={view.signing} fresh={waited} />;
    case "ended":
      return <EndedPage signing={signing} ending={view.ending} />;
    default:
      return view satisfies never;
  }
}
