import { serve } from "../server.ts";
import { makeProvider } from "./provider.ts";

serve(makeProvider());
