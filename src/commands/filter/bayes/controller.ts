import { MailwrightError } from "../../../errors.ts";

/** Rspamd's controller, which worker-controller.inc has listen there. */
const address = "http://127.0.0.1:11334";

/** Milliseconds for one message; Rspamd itself waits for Redis and no longer than 8 s. */
const patience = 20_000;

export type Class = "spam" | "ham";

/** What became of one message. */
export type Answer =
  | { readonly kind: "learned" | "known" }
  /** It holds nothing that can be learned: too few words, or no text. */
  | { readonly kind: "unusable"; readonly reason: string }
  /** Rspamd could not do it, and may later. */
  | { readonly kind: "failed"; readonly reason: string };

/** Has Rspamd learn messages. */
export interface Teacher {
  /** Throws where Rspamd does not answer. */
  learn(as: Class, message: Uint8Array): Promise<Answer>;
}

/**
 * `bulk` is Rspamd's word for: learn it though the statistics are sure of it already (lua_bayes_learn.lua).
 */
export function teacher(password: string): Teacher {
  const headers = { Password: password, "Learn-Type": "bulk" };
  return {
    async learn(as, message) {
      const { status, text } = await ask(`/learn${as}`, { method: "POST", headers, body: message });
      return readAnswer(status, text);
    },
  };
}

/** Whether Rspamd is there. */
export async function isThere(): Promise<boolean> {
  try {
    return (await ask("/ping", {})).status === 200;
  } catch {
    return false;
  }
}

/** The status and body of the controller's answer, as rspamd_controller_learn_fin_task of Rspamd 3.4 gives them. Pure. */
export function readAnswer(status: number, text: string): Answer {
  if (status === 200) return { kind: "learned" };
  if (status === 208) return { kind: "known" };
  if (status === 204) return { kind: "unusable", reason: "too few words" };
  const reason = errorOf(text) || `Rspamd answers with status ${status}`;
  return { kind: status === 400 ? "unusable" : "failed", reason };
}

function errorOf(text: string): string {
  return /"error"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? "";
}

async function ask(path: string, request: RequestInit): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(`${address}${path}`, { ...request, signal: AbortSignal.timeout(patience) });
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    throw new MailwrightError("Rspamd does not answer", {
      code: "NO_RSPAMD",
      cause,
      hint: "see: systemctl status rspamd",
    });
  }
}
