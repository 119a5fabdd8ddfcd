// Draws the PNG icons of frontend/public/icons from favicon.svg, with the browser in $CHROMIUM.
import { readFile, writeFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const PUBLIC = new URL('../frontend/public/', import.meta.url);
// A maskable icon is cut to any shape by the phone: its mark stays in the middle, its ground fills the square.
const ICONS = [
  { name: '192', size: 192, scale: 1, ground: 'transparent' },
  { name: '512', size: 512, scale: 1, ground: 'transparent' },
  { name: 'maskable-512', size: 512, scale: 0.8, ground: '#0b5563' },
];

const svg = await readFile(new URL('favicon.svg', PUBLIC), 'utf8');
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
for (const { name, size, scale, ground } of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0;height:100vh;display:grid;place-items:center;background:${ground}}svg{width:${scale * 100}%}</style>${svg}`);
  await writeFile(new URL(`icons/${name}.png`, PUBLIC), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
