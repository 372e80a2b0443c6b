import { killedAtPoints } from "./crash.ts";

killedAtPoints("first");
