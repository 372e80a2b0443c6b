import { findListeners, type Listener } from "../../apply/listeners.ts";
import type { Address, System } from "../../system/system.ts";
import { TemplateLibrary } from "../../template/library.ts";
import type { Check } from "./check.ts";
import { critical, type Finding } from "./finding.ts";
import { listeningPrograms } from "./listening-programs.ts";

/** A port that a made file names, and what is found there. */
export interface PortFacts extends Pick<Listener, "unit" | "host" | "port" | "path" | "line"> {
  readonly answers: boolean;
  /** Who listens there, as the kernel says, `undefined` where nobody tells; `unit` is empty where that is not known. */
  readonly listening: readonly { readonly program: string; readonly unit: string }[] | undefined;
}

/** Milliseconds for a greeting; a second try follows, for a busy daemon may miss the first. */
const patience = 3000;

export const ports: Check = {
  name: "ports",
  about: "the daemons that run answer on every port that their made files name, and nobody else does there",
  isOfMachine: true,
  look: async ({ context: { paths }, system, ledger }) => {
    const library = new TemplateLibrary(system.files, paths);
    const known = [...ledger.services().values()].filter(({ wanted }) => wanted !== "disabled");
    const running = await Promise.all(
      known.map(async ({ unit }) => ((await system.services.health(unit)).running ? [unit] : [])),
    );
    const managed = ledger.managedFiles().values();
    const listeners = await findListeners(system, paths, library, managed, new Set(running.flat()));
    const listening = await listeningPrograms(system);
    return Promise.all(
      listeners.map(async (listener) => {
        const answers = await answersInTime(system, listener);
        const there = listening?.filter((one) => isThere(one, listener));
        return judgePort({ ...listener, answers, listening: there });
      }),
    ).then((findings) => findings.flat());
  },
};

async function answersInTime({ network }: System, listener: Listener): Promise<boolean> {
  return (await network.answers(listener, patience)) || (await network.answers(listener, patience));
}

/** On another address the port is another one. */
function isThere(one: Address, { host, port }: Address): boolean {
  return one.port === port && (one.host === undefined || host === undefined || one.host === host);
}

export function judgePort({ unit, port, path, line, answers, listening }: PortFacts): Finding[] {
  const strangers = (listening ?? []).filter((one) => one.unit !== "" && !isOf(one.unit, unit));
  const where = `${path}:${line}`;
  const advice = `ss -ltnp 'sport = :${port}'`;
  const [stranger] = strangers;
  if (stranger !== undefined)
    return [
      critical(`port ${port} of ${unit} is taken by ${stranger.program} of ${stranger.unit}`, where, advice),
    ];
  if (answers) return [];
  const isFree = listening?.length === 0;
  const reason = isFree ? "nobody listens there" : "it does not greet";
  return [
    critical(
      `port ${port} of ${unit} does not answer${listening === undefined ? "" : `: ${reason}`}`,
      where,
      isFree ? `systemctl restart ${unit}` : `journalctl -u ${unit} -n 20`,
    ),
  ];
}

/** Whether a unit is the other, or an instance of it: Debian's Postfix runs as postfix@-.service. */
function isOf(found: string, unit: string): boolean {
  const name = found.replace(/\.service$/, "");
  return name === unit || name.startsWith(`${unit}@`);
}
