/** How the CA is, told before anything is sent to it. Slow keeps nobody from trying; down says when the next try is. */
import { useEffect, useState } from "preact/hooks";
import { read, serverNow } from "../../api/client";
import { asProblem } from "../../api/problem";
import { Icon } from "../../ui/icons";
import { capital } from "../../words/capital";
import { say } from "../../words/say";
import { providerHealth as words } from "../../words/vi/provider-health";
import type { Provider } from "./prepare";

export type Health = Provider["health"];

const READ_AGAIN_MS = 5_000;

/** Nothing is sent while this holds. When the next try is due, the person's own may be that try. */
export function isDown(health: Health, now: number): boolean {
  return health.state === "down" && (health.retry_at === null || now < Date.parse(health.retry_at));
}

/** `health` as it is now: read again while the CA is not well, and when `again` changes. */
export function useHealth(provider: Provider, again?: unknown): { health: Health; down: boolean } {
  const [health, setHealth] = useState(provider.health);
  const [, tick] = useState(0);
  const unwell = health.state !== "ok";
  useEffect(() => {
    if (!unwell && again === undefined) return undefined;
    let open = true;
    const look = async () => {
      const now = await ofProvider(provider.slug);
      if (open && now) setHealth(now);
    };
    if (again !== undefined) void look();
    const reading = setInterval(() => void look(), READ_AGAIN_MS);
    const ticking = setInterval(() => tick((n) => n + 1), 1_000);
    return () => {
      open = false;
      clearInterval(reading);
      clearInterval(ticking);
    };
  }, [unwell, again, provider.slug]);
  return { health, down: isDown(health, serverNow()) };
}

async function ofProvider(slug: string): Promise<Health | undefined> {
  try {
    return (await read("/api/providers")).items.find((each) => each.slug === slug)?.health;
  } catch (error) {
    asProblem(error);
    return undefined;
  }
}

export function HealthNote({ provider, health, down }: { provider: Provider; health: Health; down: boolean }) {
  if (health.state === "ok") return null;
  return (
    <p class={down ? "note note-warning" : "note note-quiet"} role="status">
      <Icon name={down ? "offline" : "clock"} />
      <span>{capital(sentence(provider, health, down))}</span>
    </p>
  );
}

export function sentence({ name }: Provider, health: Health, down: boolean): string {
  if (!down) return say(words.slow, { "Nhà cung cấp": name });
  if (health.retry_at === null) return say(words.downTrying, { "Nhà cung cấp": name });
  const seconds = Math.max(1, Math.ceil((Date.parse(health.retry_at) - serverNow()) / 1000));
  return say(words.down, { "Nhà cung cấp": name, giây: seconds });
}
