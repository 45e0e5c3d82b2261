import { serve } from "../server.ts";
import { random } from "./provider.ts";

await serve(random);
