import "@fontsource-variable/inter/wght.css";
import "./app.css";

import { mount } from "svelte";

import App from "./App.svelte";
import { language } from "./lib/language.svelte";

const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no #app");
await language.load();
mount(App, { target });
