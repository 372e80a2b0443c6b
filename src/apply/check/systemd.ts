import { basename, dirname } from "node:path/posix";
import type { RenderedFile } from "../../template/render.ts";
import type { Checker, Judge } from "./checker.ts";
import { unique } from "./judges.ts";

const tree = "/etc/systemd/system";

/** Where units lie beside the administrator's own, as systemd.unit(5) orders them. */
const otherFolders = [
  "/run/systemd/system",
  "/run/systemd/generator",
  "/usr/local/lib/systemd/system",
  "/lib/systemd/system",
  "/usr/lib/systemd/system",
];

const suffixes = /\.(?:service|socket|timer|path|target|mount|automount|swap|slice|scope|device)$/;

/** What systemd leaves out or refuses; the rest is advice. */
const fault =
  /ignoring|refusing|not executable|failed to|bad unit file setting|is masked|unfixable|ordering cycle/i;

/** This program is not there yet where another root is filled from outside. */
const ownProgram = /Command \/usr\/bin\/mailwright is not executable: No such file/;

/** systemd looks at all that a unit has to do with: only what is said of planned units counts, whatever its status. */
const judge: Judge = ({ lines, names }) => {
  const unable = lines.find((line) => /Failed to (?:initialize|start up|startup) manager/.test(line));
  const own = unique(lines).filter((line) => names(line) && !ownProgram.test(line));
  const against = own.filter((line) => fault.test(line));
  return {
    refused: against.length > 0,
    words: against,
    warnings: own.filter((line) => !against.includes(line)),
    ...(unable !== undefined && { unable }),
  };
};

export const systemd: Checker = {
  daemon: "systemd",
  title: "systemd-analyze verify",
  programs: ["systemd-analyze"],
  tree,
  judges: ({ metadata, path, text }) => metadata.check === "systemd" && text !== undefined && isUnit(path),
  names: ({ path }) => unitNames(path),
  trials: (stage) => {
    const units = unitsToVerify(stage.planned.map(({ rendered }) => rendered));
    if (units.length === 0) return [];
    return [
      {
        argv: [
          stage.program("systemd-analyze"),
          "verify",
          "--man=no",
          ...units.map((unit) => (unit.startsWith("/") ? stage.path(unit) : unit)),
        ],
        environment: { SYSTEMD_UNIT_PATH: [stage.path(tree), ...otherFolders].join(":") },
        judge,
      },
    ];
  },
};

/** Units by their path; drop-ins by the name of the unit that they add to. All at once, for they may name each other. */
export function unitsToVerify(files: readonly RenderedFile[]): string[] {
  const units = files.flatMap(({ path, text }) => {
    if (text === undefined || !isUnit(path)) return [];
    return [isDropIn(path) ? basename(dirname(path)).slice(0, -2) : path];
  });
  const names = new Set(units.filter((unit) => unit.startsWith("/")).map((path) => basename(path)));
  return [...new Set(units)].filter((unit) => !names.has(unit));
}

function isUnit(path: string): boolean {
  if (!path.startsWith(`${tree}/`)) return false;
  return isDropIn(path) ? suffixes.test(basename(dirname(path)).slice(0, -2)) : suffixes.test(path);
}

const isDropIn = (path: string): boolean => path.endsWith(".conf") && dirname(path).endsWith(".d");

/** A unit's own name; that of a template is told as of an instance. */
function unitNames(path: string): string[] {
  if (!isUnit(path) || isDropIn(path)) return [];
  const name = basename(path);
  return name.includes("@.")
    ? [name, name.replace("@.", "@i."), name.replace("@.", "@test-instance.")]
    : [name];
}
