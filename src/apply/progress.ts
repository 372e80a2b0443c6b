/** What an apply tells while it goes on. Names of actions are `plan`, `check`, `commit`, `services`, or a script's name. */
export type Progress =
  | {
      readonly kind: "begin";
      readonly event: string;
      readonly args: readonly string[];
      readonly steps: number;
    }
  | { readonly kind: "running"; readonly event: string; readonly action: string; readonly step: number }
  | {
      readonly kind: "done";
      readonly event: string;
      readonly action: string;
      readonly step: number;
      /** 0: it went well. */
      readonly exit: number;
      /** In seconds. */
      readonly time: number;
      /** How much of the whole is done, 0 to 1. */
      readonly progress: number;
      /** In a few words: `13 templates, 2 changed`. */
      readonly detail: string;
    }
  | { readonly kind: "notice"; readonly event: string; readonly text: string }
  /** A line that an action script or a daemon printed. */
  | { readonly kind: "output"; readonly event: string; readonly action: string; readonly line: string }
  | { readonly kind: "end"; readonly event: string; readonly status: "success" | "failed" };

export type ProgressSink = (progress: Progress) => void;
