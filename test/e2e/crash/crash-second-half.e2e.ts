import { killedAtPoints } from "./crash.ts";

killedAtPoints("second");
