/** `/dang-ky/tiep-tuc#…`: the link of a letter opens the dossier on this device. The secret leaves the address at once. */
import { useEffect, useState } from "preact/hooks";
import { asProblem, type Problem } from "../../api/problem";
import { navigate } from "../../router";
import { ButtonLink } from "../../ui/button";
import { Skeleton } from "../../ui/skeleton";
import { ErrorState } from "../../ui/states";
import { TopBar } from "../../ui/top-bar";
import { registering as words } from "../../words/vi/registering";
import { openLink, type Office } from "./api";

export function Continue({ office }: { office: Office }) {
  const [secret] = useState(takeSecret);
  const [problem, setProblem] = useState<Problem>();
  const open = async () => {
    setProblem(undefined);
    try {
      if (secret) await openLink(secret);
      navigate(office.home, { replace: true });
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  useEffect(() => void open(), []);
  return (
    <>
      <TopBar title={words.register} back="/dang-ky" />
      {problem ? (
        <ErrorState
          happened={problem.isOffline ? words.startFailed : words.linkDead}
          onRetry={problem.isOffline ? () => void open() : undefined}
          action={problem.isOffline ? undefined : <ButtonLink href="/dang-ky">{words.toWelcome}</ButtonLink>}
        />
      ) : (
        <div class="content"><p class="visually-hidden" role="status">{words.opening}</p><Skeleton shapes={["card", "card"]} /></div>
      )}
    </>
  );
}

/** It must not stay in the history of a shared device. */
export function takeSecret(): string {
  const secret = location.hash.slice(1);
  if (secret) history.replaceState(history.state, "", location.pathname + location.search);
  return secret;
}
