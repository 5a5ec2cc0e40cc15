/**
 * A page in headless Chromium, with everything that it complained of or asked for.
 */

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { compiledRoot } from '../../../harness/base/project-root.js';

/** Debian's, unless the environment says another. */
export const browserPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** False where there is a browser, else why there can be no test. */
export const noBrowser = existsSync(browserPath) ? false : `${browserPath} is not installed`;

/** It runs as root in CI, without a GPU, and must not ask the network for anything of its own. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser with a new profile. The caller disposes it. */
export interface Browser extends AsyncDisposable {
  readonly context: BrowserContext;
}

/** Starts the browser. */
export async function startBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'switchyard-browser-'));
  const viewport = { width: 1280, height: 900 };
  const options = { executablePath: browserPath, headless: true, args: flags, viewport };
  const context = await chromium.launchPersistentContext(profile, options);
  return {
    context,
    [Symbol.asyncDispose]: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** An open page; `problems` grows while it is. */
export interface Opened {
  readonly page: Page;
  /** Console errors, exceptions, and requests for anything but files. */
  readonly problems: readonly string[];
}

/** Opens a file; waits until all of it is read, or only until the browser begins with it. */
export async function openFile(
  { context }: Browser,
  file: string,
  waitUntil: 'load' | 'commit' = 'load',
): Promise<Opened> {
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith('file:') && !url.startsWith('data:')) problems.push(`asked for ${url}`);
  });
  await page.goto(pathToFileURL(file).href, { waitUntil });
  return { page, problems };
}

/**
 * If an expression becomes true within ten seconds; asked again whenever the page was drawn. Playwright's
 * own `waitForFunction` evaluates its text a second time by a timer, which the page's policy forbids.
 */
export async function comesTrue(page: Page, expression: string): Promise<boolean> {
  const asked = `new Promise((resolve) => {
    const end = performance.now() + 10_000;
    const ask = () => {
      if (${expression}) resolve(true);
      else if (performance.now() > end) resolve(false);
      else requestAnimationFrame(ask);
    };
    ask();
  })`;
  return Boolean(await page.evaluate(asked));
}

/**
 * Resolves when something is there inside a place. A terminal out of sight is not drawn, and what comes
 * late above it pushes it out of sight: it is scrolled to again.
 */
export async function inView(place: Locator, inside: Locator): Promise<void> {
  for (let left = 60; ; left -= 1) {
    try {
      await place.first().scrollIntoViewIfNeeded({ timeout: 1_000 });
      await inside.first().waitFor({ timeout: 1_000 });
      return;
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

/** Keeps a picture of the whole page for a person to look at, in `dist/pictures`. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const directory = join(compiledRoot(), 'pictures');
  await mkdir(directory, { recursive: true });
  await page.screenshot({ path: join(directory, `${name}.png`), fullPage: true });
}

/**
 * How much text stands out from what is behind it, by w3.org/TR/WCAG21/#dfn-contrast-ratio: 1 is not
 * at all, 4.5 is enough for everybody.
 */
export async function contrastOf(page: Page, selector: string): Promise<number> {
  const found = await page.evaluate(coloursOf(selector));
  const [text = '', back = ''] = found as readonly string[];
  const [light, dark] = [luminance(text), luminance(back)].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** Of `rgb(1, 2, 3)`, by w3.org/TR/WCAG21/#dfn-relative-luminance. */
function luminance(colour: string): number {
  const parts = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => Number(part) / 255);
  const linear = parts.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
}

/** Runs in the page, where the types of this program do not reach. */
function coloursOf(selector: string): string {
  return `(() => {
    const element = document.querySelector(${JSON.stringify(selector)});
    const styleOf = (one) => getComputedStyle(one);
    let behind = element;
    while (behind.parentElement && styleOf(behind).backgroundColor === 'rgba(0, 0, 0, 0)')
      behind = behind.parentElement;
    return [styleOf(element).color, styleOf(behind).backgroundColor];
  })()`;
}
