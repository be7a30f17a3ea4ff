/**
 * Every failure of the API as one value: what the server said (RFC 9457), or that it could not be reached.
 *
 * The title and the detail are sentences of the server, written for people; nothing here is composed from codes.
 */
import { say } from "../words/say";
import { reach as words } from "../words/vi/reach";
import { clockTime } from "../ui/format";

/** One place of a request body that must be mended: `vouchers.0.payee.payee_account` and what to change there. */
export interface FieldProblem {
  path: string;
  sentence: string;
}

export type SignState = "none_created" | "signed" | "unknown";

export interface ProblemFacts {
  /** One Vietnamese sentence: what happened. */
  title: string;
  /** HTTP status; 0 when no answer came. */
  status: number;
  /** Stable name of the reason, such as `voucher.changed`; never shown. */
  code: string;
  /** What the person can do next. */
  detail?: string | null;
  /** Sentences beside form fields. */
  fields?: readonly FieldProblem[] | null;
  /** Short code a person can read to the support desk. */
  support_code?: string | null;
  /** Whether anything was signed; present on every failure after a sign button. */
  sign_state?: SignState | null;
  /** Values the sentence was filled with. */
  facts?: Readonly<Record<string, unknown>>;
}

export class Problem extends Error {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string | undefined;
  readonly fields: readonly FieldProblem[];
  readonly supportCode: string | undefined;
  readonly signState: SignState | undefined;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(told: ProblemFacts) {
    super(told.code);
    this.name = "Problem";
    this.title = told.title;
    this.status = told.status;
    this.code = told.code;
    this.detail = told.detail ?? undefined;
    this.fields = told.fields ?? [];
    this.supportCode = told.support_code ?? undefined;
    this.signState = told.sign_state ?? undefined;
    this.facts = told.facts ?? {};
  }

  get isOffline(): boolean {
    return this.code === "net.offline";
  }
}

export function offlineProblem(): Problem {
  const title = say(words.offline, { giờ: clockTime(new Date()) });
  return new Problem({ title, status: 0, code: "net.offline" });
}

/** Reads an answer that is not a success. A proxy's HTML page becomes a plain sentence, never shown raw. */
export async function problemFrom(answer: Response): Promise<Problem> {
  const facts = await readFacts(answer);
  return new Problem({
    ...facts,
    title: facts.title ?? words.unreadable,
    status: answer.status,
    code: facts.code ?? `http.${answer.status}`,
  });
}

async function readFacts(answer: Response): Promise<Partial<ProblemFacts>> {
  if (!/json/.test(answer.headers.get("content-type") ?? "")) return {};
  const body: unknown = await answer.json().catch(() => ({}));
  return typeof body === "object" && body !== null && "code" in body ? (body as Partial<ProblemFacts>) : {};
}

/** Turns anything caught into a Problem; programming errors are rethrown so that they stay visible. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}
