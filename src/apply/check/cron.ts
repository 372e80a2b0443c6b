import type { RenderedFile } from "../../template/render.ts";
import type { Answer, Checker, Judge, Judgement, Trial } from "./checker.ts";
import { type CronJob, cronJobs, reportedLine } from "./cron-table.ts";
import type { Stage } from "./stage.ts";

/**
 * Debian's crontab(1) reads tables of users, in which no line names a user: `crontab -n` sees the times, variables and
 * ends of lines of a system's table, and takes the user for a part of the command. Users are looked up here.
 */
export const cron: Checker = {
  daemon: "cron",
  title: "crontab -n",
  programs: ["crontab"],
  judges: ({ metadata, text }) => metadata.check === "cron" && text !== undefined,
  trials: (stage) =>
    stage.planned.flatMap(({ rendered }) => [tableTrial(stage, rendered), ...userTrial(stage, rendered)]),
};

function tableTrial(stage: Stage, file: RenderedFile): Trial {
  return {
    argv: [stage.program("crontab"), "-n", stage.path(file.path)],
    about: file,
    judge: tableJudge(file),
  };
}

/** Refuses by status, with the lines counted as everybody does, and where a line has no command behind its user. */
function tableJudge(file: RenderedFile): Judge {
  const jobs = cronJobs(file.text ?? "");
  const halves = jobs
    .filter(({ command }) => command === "")
    .map(({ line }) => `"${file.path}":${line}: bad command`);
  return ({ outcome, lines }: Answer): Judgement => {
    if (outcome.exit === 0) return { refused: halves.length > 0, words: halves, warnings: [] };
    const words = lines.map((line) =>
      line.replace(
        /":(\d+): (?!command too long)/,
        (_, number: string) => `":${reportedLine(file.text ?? "", Number(number))}: `,
      ),
    );
    return { refused: true, words, warnings: [] };
  };
}

/**
 * For a user that is not there cron passes over the whole table. That is told and does not refuse: a script of the
 * same event may make the user.
 */
function userTrial(stage: Stage, file: RenderedFile): Trial[] {
  const jobs = cronJobs(file.text ?? "").filter(({ user }) => user !== "");
  const users = [...new Set(jobs.map(({ user }) => user))];
  if (users.length === 0 || stage.system.processes.find("getent") === undefined) return [];
  const judge: Judge = ({ outcome }) => {
    const known = new Set(outcome.stdout.split("\n").map((line) => line.slice(0, line.indexOf(":"))));
    const warnings = jobs.filter(({ user }) => !known.has(user)).map((job) => missingUser(file, job));
    return { refused: false, words: [], warnings };
  };
  return [{ argv: [stage.program("getent"), "passwd", "--", ...users], about: file, judge }];
}

const missingUser = ({ path }: RenderedFile, { line, user }: CronJob): string =>
  `${path}:${line}: there is no user ${user}, and cron passes over the whole file until there is`;
