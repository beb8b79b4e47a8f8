/** Starts the page. */

import { render } from "preact";
import { App } from "./app.tsx";
import { startRoute } from "./route.ts";
import { startTheme } from "./theme.tsx";

startTheme();
startRoute();
const place = document.getElementById("app");
if (place !== null) render(<App />, place);
