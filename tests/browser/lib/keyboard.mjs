// A page by keyboard alone.
import assert from 'node:assert/strict';

/** What has the focus, and whether somebody can see that. */
export const focus = (page) =>
  page.evaluate(() => {
    const own = document.activeElement;
    const style = getComputedStyle(own);
    const box = own.getBoundingClientRect();
    const hasRing = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
    const isInSight = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const label = own.labels?.[0]?.innerText ?? own.innerText ?? '';
    return { tag: own.tagName, name: own.name || own.getAttribute('href') || '', type: own.type ?? '', label: label.trim(), hasRing, isInSight };
  });

/** Tabs until something has the focus, and minds on the way that the focus can always be seen. */
export async function tabTo(page, what, is) {
  const passed = [];
  for (let steps = 0; steps < 200; steps++) {
    await page.keyboard.press('Tab');
    const now = await focus(page);
    assert.ok(now.hasRing && now.isInSight, `the focus cannot be seen: ${JSON.stringify(now)}`);
    if (is(now)) return now;
    passed.push(now.name || now.label);
  }
  throw new Error(`no way to ${what}; passed ${passed.join(', ')}`);
}

/** Whether what was refused takes the focus: its summary, or in a form of one field, which has none, that field. */
export const refusalTakesFocus = async (page) => {
  const hasSummary = (await page.getByRole('alert').count()) > 0;
  return hasSummary ? summaryTakesFocus(page) : takesFocus(page, '[aria-invalid="true"]:focus');
};

const takesFocus = (page, what) =>
  page.locator(what).waitFor().then(
    () => true,
    () => false,
  );

/**
 * Whether the summary of what was refused takes the focus. A browser gives it when it draws the page, which can be
 * after it has loaded.
 */
export const summaryTakesFocus = (page) => takesFocus(page, '[role=alert]:focus');
