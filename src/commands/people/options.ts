import type { Option } from "../command.ts";

export const passwordStdin: Option = {
  name: "password-stdin",
  summary: "take the password from standard input",
};

export const noPassword: Option = { name: "no-password", summary: "ask for none: no login before passwd" };

export const yes: Option = { name: "yes", short: "y", summary: "do not ask" };
