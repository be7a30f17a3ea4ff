/** What was asked for could not be read: no network, or what the server says about it. Where trying again cannot help, only the way out is left. */
import type { Problem } from "../api/problem";
import { ButtonLink } from "./button";
import { ErrorState } from "./states";

export interface NotOpenedProps {
  problem: Problem;
  /** Said when the server was out of reach; else it says itself what happened. */
  lost: string;
  /** Said to who may not see it; else the server says so in general, of vouchers. */
  denied?: string;
  /** Said where there is nothing of the kind for this person; else the server says so, of vouchers. */
  missing?: string;
  /** Where to go instead. */
  out: { href: string; label: string };
  onRetry: () => void;
}

export function NotOpened({ problem, lost, denied, missing, out, onRetry }: NotOpenedProps) {
  const hopeless = problem.status === 404 || problem.status === 403;
  return (
    <ErrorState
      happened={problem.isOffline ? lost : ((problem.status === 403 && denied) || (problem.status === 404 && missing) || problem.title)}
      advice={problem.detail}
      supportCode={problem.supportCode}
      onRetry={hopeless ? undefined : onRetry}
      action={<ButtonLink href={out.href} kind={hopeless ? "primary" : "outline"}>{out.label}</ButtonLink>}
    />
  );
}
