// The accessibility check that every journey ends with.
import assert from 'node:assert/strict';
import axe from 'axe-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Rules whose answer changes with the width or the colours of a page. */
const VISUAL = ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable', 'target-size'];

/** What stays in sight while the page slides under it covers a different control at each height; a reader scrolls. */
const unstick = () => {
  const stuck = [...document.querySelectorAll('main *')].filter((own) => getComputedStyle(own).position === 'sticky');
  for (const own of stuck) own.style.position = 'static';
  return stuck;
};

/** Everything axe has against the page as it stands, in lines to read; not whole: what depends on how it looks. */
export async function violations(page, { isWhole = true } = {}) {
  // Given to the page once: it is half a megabyte, and a page is looked at in several widths.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const runOnly = isWhole ? { type: 'tag', values: TAGS } : { type: 'rule', values: VISUAL };
  const stuck = await page.evaluateHandle(unstick);
  const violations = await page.evaluate(
    (options) => window.axe.run(document, options).then((found) => found.violations),
    { runOnly, resultTypes: ['violations'] },
  );
  await stuck.evaluate((all) => all.forEach((own) => own.style.removeProperty('position')));
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id} (${help}): ${node.target.join(' ')} ${node.html.slice(0, 160)}`));
}

/** The page has none. With scripts off there is nothing to ask: axe is a script. */
export async function expectNoViolations(page) {
  if (page.hasScripts) assert.deepEqual(await violations(page), [], page.url());
}
