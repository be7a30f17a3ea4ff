/** What a screen of a dossier needs could not be read: no network, or what the server says about it. */
import type { ComponentChildren } from "preact";
import type { Problem } from "../../api/problem";
import { ErrorState } from "../../ui/states";

export interface FailedProps {
  problem: Problem;
  /** Said without a network. */
  lost: string;
  /** Instead of a retry, where that is hopeless. */
  action?: ComponentChildren;
  onRetry?: (() => void) | undefined;
}

export function Failed({ problem, lost, ...way }: FailedProps) {
  return <ErrorState happened={problem.isOffline ? lost : problem.title} advice={problem.detail} supportCode={problem.supportCode} {...way} />;
}
