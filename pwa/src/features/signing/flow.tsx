/**
 * From "Duyệt và ký" to the waiting screen: U6, U7 and U8 over the dossier that is being read.
 *
 * `dossier` must be the one on the screen: its version and the hashes of its files are what the person agrees to. One tap on
 * "Ký …" is one decision under one key, however often it has to be sent. Does not: believe anything signed.
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { read, serverNow } from "../../api/client";
import { command } from "../../api/command";
import { asProblem } from "../../api/problem";
import { holdUpdates } from "../../install/update";
import { navigate } from "../../router";
import { usePerson } from "../../session/person";
import { Decision } from "./action";
import { PickSheet } from "./approver-sheet";
import { CodeSheet } from "./code-sheet";
import { BlockedSheet, PreparingSheet, StoppedSheet, UnpreparedSheet } from "./flow-notices";
import { afterRefusal, firstStage, nextStage, type CodeStage, type Held, type Stage } from "./flow-stage";
import { ConfirmSheet } from "./confirm-sheet";
import { LoginSheet } from "./login-sheet";
import { picksNext, prepare, readApproversOf, type Dossier } from "./prepare";
import { refusalOf, type Refusal } from "./refusal";
import { RefusalNote } from "./refusal-note";
import { digestsOf, rememberSeen } from "./seen";

/** `changed`: what was read is out of date; the screen below must load again. */
export type Closed = "left" | "changed";

export interface SignFlowProps {
  dossier: Dossier;
  onClosed: (why: Closed) => void;
}

export function SignFlow({ dossier, onClosed }: SignFlowProps) {
  const [stage, setStage] = useStage();
  const certificate = usePerson().certificate;
  const decision = useRef(new Decision());
  const begin = useCallback(async () => {
    setStage({ at: "preparing" });
    try {
      setStage(firstStage(await prepare(dossier, certificate, serverNow())));
    } catch (error) {
      setStage({ at: "unprepared", problem: asProblem(error) });
    }
    // The dossier agreed to is the one this flow was opened with; a newer one needs a new flow.
  }, []);
  useEffect(() => void begin(), [begin]);
  useEffect(() => holdUpdates(), []);

  const goTo = (signingId: string) => {
    onClosed("left");
    navigate(`/ky/${signingId}`, { replace: location.pathname.startsWith("/ky/") });
  };
  const send = async (held: Held | CodeStage, code?: string) => {
    setStage("asked" in held ? { ...held, sending: true, refusal: undefined } : { ...without(held), at: "sending" });
    try {
      const { id } = await post(dossier, held, decision.current, code);
      rememberSeen(dossier);
      goTo(id);
    } catch (error) {
      const refusal = refusalOf(asProblem(error));
      if (refusal.what === "running") goTo(refusal.signingId);
      else setStage(refusal.what === "approver" ? await withFreshList(dossier, held, refusal) : afterRefusal(held, refusal));
    }
  };
  const look = async (held: Held, refusal: Refusal) => {
    setStage({ ...held, at: "looking", refusal });
    const found = await whatBecameOf(dossier);
    if (found.at === "running") goTo(found.signingId);
    else if (found.at === "moved") onClosed("changed");
    else setStage(found.at === "nothing" ? nextStage(without(held)) : { ...held, at: "stopped", refusal });
  };
  const leave = () => onClosed("left");

  switch (stage.at) {
    case "preparing":
      return <PreparingSheet onClosed={leave} />;
    case "unprepared":
      return <UnpreparedSheet problem={stage.problem} onRetry={() => void begin()} onClosed={leave} />;
    case "blocked":
      return <BlockedSheet why={stage.why} onClosed={leave} />;
    case "approver":
      return (
        <PickSheet
          list={stage.prepared.approvers ? { at: "ready", value: stage.prepared.approvers, loadedAt: new Date() } : { at: "loading" }}
          reload={() => void begin()}
          picked={stage.approver?.id}
          account={dossier.vouchers[0]?.content.debit_account}
          notice={stage.refusal && <RefusalNote refusal={stage.refusal} />}
          onPicked={(approver) => setStage(nextStage({ ...without(stage), approver }))}
          onClosed={stage.approver && !stage.refusal ? () => setStage(nextStage(stage)) : leave}
        />
      );
    case "login":
      return <LoginSheet provider={stage.prepared.provider} certificate={stage.prepared.certificate} refusal={stage.refusal} onPassword={(password) => setStage(nextStage({ ...without(stage), password }))} onClosed={leave} />;
    case "code":
      return (
        <CodeSheet
          provider={stage.prepared.provider}
          asked={stage.asked}
          sending={stage.sending}
          refusal={stage.refusal}
          onCode={(code) => void send(stage, code)}
          onAsked={(asked) => setStage({ ...stage, asked, refusal: undefined })}
          onRefused={(refusal) => setStage(afterRefusal(stage, refusal))}
          onBack={() => setStage(nextStage(without(stage)))}
          onClosed={leave}
        />
      );
    case "confirm":
    case "sending":
      return (
        <ConfirmSheet
          dossier={dossier}
          prepared={stage.prepared}
          approver={stage.approver}
          sending={stage.at === "sending"}
          refusal={stage.refusal}
          onSign={() => void send(stage)}
          onChangeApprover={() => stage.at === "confirm" && setStage({ ...without(stage), at: "approver" })}
          onClosed={leave}
        />
      );
    case "stopped":
    case "looking":
      return <StoppedSheet refusal={stage.refusal} looking={stage.at === "looking"} onLook={() => void look(stage, stage.refusal)} onSeeAgain={() => onClosed("changed")} onClosed={leave} />;
    default:
      return stage satisfies never;
  }
}

/** Answers that come after the sheet has closed change nothing. */
function useStage(): [Stage, (stage: Stage) => void] {
  const [stage, setStage] = useState<Stage>({ at: "preparing" });
  const open = useRef(true);
  useEffect(() => () => void (open.current = false), []);
  return [stage, useCallback((next: Stage) => void (open.current && setStage(next)), [])];
}

function without({ prepared, approver, password }: Held): Held {
  return { prepared, approver, password };
}

function post(dossier: Dossier, held: Held | CodeStage, decision: Decision, code?: string) {
  const { approver, password } = held;
  const meaning = { expected_version: dossier.version, seen_digests: digestsOf(dossier), next_approver_id: picksNext(dossier) ? (approver?.id ?? null) : null };
  return command("post", "/api/dossiers/{dossier_id}/sign", {
    path: { dossier_id: dossier.id },
    body: { ...meaning, provider_password: password, second_factor: "asked" in held && code ? { challenge: held.asked.challenge, code } : null },
    key: decision.keyFor(meaning),
  });
}

/** The person picked was refused, so the list is read again before it is shown. */
async function withFreshList(dossier: Dossier, held: Held, refusal: Refusal): Promise<Stage> {
  if (!held.prepared.approvers) return afterRefusal(held, refusal);
  try {
    const approvers = await readApproversOf(dossier.id);
    return afterRefusal({ ...held, approver: undefined, prepared: { ...held.prepared, approvers } }, refusal);
  } catch (error) {
    return { at: "unprepared", problem: asProblem(error) };
  }
}

type Found = { at: "running"; signingId: string } | { at: "nothing" } | { at: "moved" } | { at: "unreachable" };

/** After an answer that said nothing: the dossier itself tells whether a request was created. */
async function whatBecameOf(dossier: Dossier): Promise<Found> {
  try {
    const now = await read("/api/dossiers/{dossier_id}", { path: { dossier_id: dossier.id } });
    if (now.signing_id) return { at: "running", signingId: now.signing_id };
    return now.version === dossier.version ? { at: "nothing" } : { at: "moved" };
  } catch (error) {
    asProblem(error);
    return { at: "unreachable" };
  }
}
