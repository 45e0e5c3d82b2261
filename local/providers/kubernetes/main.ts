import { serve } from "../server.ts";
import { makeProvider } from "./provider.ts";

await serve(makeProvider());
