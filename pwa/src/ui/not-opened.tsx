/** What was asked for could not be read. Where trying again cannot help, the way out is the list. */
import type { Problem } from "../api/problem";
import { ButtonLink } from "./button";
import { ErrorState } from "./states";

export interface NotOpenedProps {
  problem: Problem;
  /** Said when the server was out of reach; else it says itself what happened. */
  lost: string;
  list: string;
  toList: string;
  onRetry: () => void;
}

export function NotOpened({ problem, lost, list, toList, onRetry }: NotOpenedProps) {
  const hopeless = problem.status === 404 || problem.status === 403;
  return (
    <ErrorState
      happened={problem.isOffline ? lost : problem.title}
      advice={problem.detail}
      supportCode={problem.supportCode}
      onRetry={hopeless ? undefined : onRetry}
      action={<ButtonLink href={list} kind={hopeless ? "primary" : "outline"}>{toList}</ButtonLink>}
    />
  );
}
