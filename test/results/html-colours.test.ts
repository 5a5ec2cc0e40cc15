/**
 * The colours of the HTML report, light and dark, in a real browser: text can be read, and narrow windows
 * hold it. Skipped where Chromium is not installed.
 */

import t from 'tap';
import {
  comesTrue,
  contrastOf,
  inView,
  keepPicture,
  noBrowser,
  openFile,
  startBrowser,
} from './support/browser.js';
import { makeReport } from './support/hostile-report.js';

/** A view, what is there when it is drawn, and what must be readable on it. */
const views = [
  [
    '#/',
    ['tbody tr'],
    ['main', 'header .dim', '.badge.failed', '.badge.flaky', '.badge.passed', 'a'],
  ],
  ['#/timeline', ['.plot canvas'], ['main', 'main .dim']],
  ['#/contract', ['tbody tr'], ['.badge.failed', 'code']],
  [
    '#/case/8',
    ['.serial', '.xterm-rows > div:has-text("last line")'],
    ['.message', '.events .at', '.events .bad', '.events .kind'],
  ],
] as const;

t.test(
  'light and dark can be read, and are kept as pictures',
  {
    skip: noBrowser,
    timeout: 240_000,
  },
  async (t) => {
    const file = await makeReport(t.testdir());
    await using browser = await startBrowser();
    const { page, problems } = await openFile(browser, file);
    const backs = new Set<unknown>();
    for (const [view, ready, texts] of views) {
      await page.goto(`${page.url().split('#')[0]}${view}`);
      await inView(page.locator(ready[0]), page.locator(ready.at(-1) ?? ''));
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        for (const text of texts) {
          const ratio = await contrastOf(page, text);
          t.ok(ratio >= 4.5, `${text} on ${view} in ${colorScheme}: ${ratio.toFixed(1)}`);
        }
        await page.setViewportSize({ width: 800, height: 900 });
        // Charts follow the window a moment later.
        const fits = await comesTrue(page, 'document.documentElement.scrollWidth <= innerWidth');
        t.ok(fits, `${view} fits into 800 pixels`);
        const heights = `[...document.querySelectorAll('.badge')].map((one) => one.offsetHeight)`;
        const tallest = await page.evaluate(`Math.max(...${heights})`);
        t.ok(Number(tallest) < 30, `badges on ${view} are of one line: ${tallest}`);
        await page.setViewportSize({ width: 1280, height: 900 });
        await keepPicture(page, `report-${colorScheme}-${view.replace(/\W+/g, '') || 'overview'}`);
        backs.add(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      }
    }
    t.equal(backs.size, 2, 'they differ');
    t.same(problems, []);
  },
);
