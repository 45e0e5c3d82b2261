import { serve } from "../server.ts";
import { random } from "./provider.ts";

serve(random);
