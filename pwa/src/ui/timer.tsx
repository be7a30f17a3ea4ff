/**
 * Counts down to a deadline of the server. The ring is decoration; the figures are the timer, and a screen reader hears
 * 2:00, 1:00, 0:30 and 0:10 only.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { say } from "../words/say";
import { controls } from "../words/vi/controls";
import { announce } from "./announce";

export const SPOKEN_AT_S = [120, 60, 30, 10] as const;
const RADIUS = 54;
const ROUND = 2 * Math.PI * RADIUS;

/** Whole seconds left, never below zero; the last second counts until it is over. */
export function secondsLeft(deadline: number, now: number): number {
  return Math.max(0, Math.ceil((deadline - now) / 1000));
}

export function asClock(seconds: number): { minutes: string; seconds: string } {
  return { minutes: String(Math.floor(seconds / 60)), seconds: String(seconds % 60).padStart(2, "0") };
}

/** The mark that was passed between two looks, if any: a phone that slept hears the latest one only. */
export function markPassed(before: number, now: number): number | undefined {
  return SPOKEN_AT_S.filter((mark) => before > mark && now <= mark && now > 0).at(-1);
}

export interface TimerProps {
  /** The server's deadline (ISO 8601). */
  deadline: string;
  /** How long the whole wait is, for the ring. */
  totalSeconds: number;
  /** The server's clock, `serverNow`. */
  now: () => number;
  onEnd?: () => void;
}

export function Timer({ deadline, totalSeconds, now, onEnd }: TimerProps) {
  const end = Date.parse(deadline);
  const [left, setLeft] = useState(() => secondsLeft(end, now()));
  const latest = useRef({ left, onEnd, now });
  latest.current.onEnd = onEnd;
  latest.current.now = now;
  useEffect(() => {
    latest.current.left = secondsLeft(end, latest.current.now());
    setLeft(latest.current.left);
    const look = () => {
      const next = secondsLeft(end, latest.current.now());
      const before = latest.current.left;
      if (next === before) return;
      latest.current.left = next;
      setLeft(next);
      const mark = markPassed(before, next);
      if (mark !== undefined) announce(spoken(mark));
      if (next === 0) latest.current.onEnd?.();
    };
    const timer = setInterval(look, 250);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [end]);
  const clock = asClock(left);
  const share = Math.min(1, left / Math.max(1, totalSeconds));
  return (
    <div class={left <= 30 ? "timer timer-late" : "timer"} role="timer" aria-live="off" aria-label={say(controls.remaining, { phút: clock.minutes, giây: clock.seconds })}>
      <svg class="timer-ring" viewBox="0 0 120 120" aria-hidden="true" focusable="false">
        <circle class="timer-track" cx="60" cy="60" r={RADIUS} />
        <circle class="timer-hand" cx="60" cy="60" r={RADIUS} stroke-dasharray={String(ROUND)} stroke-dashoffset={String(ROUND * (1 - share))} />
      </svg>
      <span class="timer-figures" aria-hidden="true">{clock.minutes}:{clock.seconds}</span>
    </div>
  );
}

function spoken(seconds: number): string {
  if (seconds < 60) return say(controls.remainingSeconds, { giây: seconds });
  return say(controls.remainingSpoken, { phút: Math.floor(seconds / 60), giây: seconds % 60 });
}
