// The whole story, on a phone, in all roles: from an idea of somebody without an account to work that is done and money
// that is accounted for. Told twice: as usual, and with scripts off.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { follow, logIn, openBrowser, press, somebody, unfold } from './lib/browser.mjs';
import { summaryTakesFocus } from './lib/keyboard.mjs';
import { photo } from './lib/photo.mjs';
import { startServer } from './lib/server.mjs';
import { expectNoViolations } from './lib/axe.mjs';

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? 'with scripts' : 'with scripts off', () => {
    let browser;
    let server;
    let people = [];
    const person = async () => {
      const page = await somebody(browser, server, { javaScriptEnabled });
      people.push(page);
      return page;
    };
    // When a story breaks off, what each person has before them says more than the line it broke off at.
    const story = (name, tell) =>
      test(name, { timeout: 120_000 }, async () => {
        people = [];
        try {
          await tell();
          for (const page of people) assert.deepEqual(page.complaints, []);
        } catch (error) {
          const seen = await Promise.all(people.map(async (page) => `${page.url()}\n${await page.locator('main').innerText().catch(String)}`));
          error.message += `\n\n--- what people saw ---\n${seen.join('\n------\n')}`;
          throw error;
        } finally {
          await Promise.all(people.map((page) => page.context().close()));
        }
      });
    const staff = async (name) => {
      const page = await person();
      await logIn(page, name);
      return page;
    };

    before(async () => {
      server = await startServer();
      browser = await openBrowser();
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
    });

    story('an idea becomes an opdracht that is done and accounted for', async () => {
      const guest = 'aylin@example.org';
      const title = 'Een bankje bij de speeltuin aan de Hommelstraat';
      const text = 'Oma’s en opa’s passen hier op.\n\nEr is geen plek om te zitten.';

      // Somebody without an account finds the wijk by postcode and reads what goes on there.
      const aylin = await person();
      await aylin.goto('/');
      await aylin.getByLabel('Uw postcode').fill('6822 AB');
      await press(aylin, 'Zoek');
      await follow(aylin, 'Klarendal');
      assert.equal(await heading(aylin), 'Klarendal');
      await follow(aylin, 'Huiswerkhulp op twee middagen in Klarendal');
      await aylin.getByRole('heading', { name: 'Wat er is gebeurd' }).waitFor();
      await aylin.goBack();
      await follow(aylin, 'Dien een initiatief in');

      // The wijk is filled in already. A refusal keeps everything that was typed, the photo too.
      const form = aylin.getByRole('main');
      assert.equal(await aylin.getByLabel('In welke wijk?').locator('option:checked').textContent(), 'Klarendal');
      await form.getByRole('radio', { name: /^Idee/ }).check();
      await aylin.getByLabel('Waar gaat het over?').fill(title);
      await aylin.getByLabel('Vertel er meer over').fill(text);
      await form.getByRole('radio', { name: /^Nee/ }).check();
      await aylin.getByLabel('Onderwerp').selectOption('Groen en spelen');
      await aylin.getByLabel(/^Waar is het\?/).fill('Hoek Hommelstraat');
      await aylin.getByLabel(/^Wat kost het ongeveer\?/).fill('2.400,00');
      await aylin.getByLabel(/^Foto's/).setInputFiles(photo('bankje.png'));
      await form.getByRole('radio', { name: 'Bewoner' }).check();
      await aylin.getByLabel('Naam', { exact: true }).fill('Aylin Demir');
      await aylin.getByLabel('E-mailadres').fill('aylin');
      await press(aylin, 'Dien in');

      const summary = aylin.getByRole('alert');
      await summary.getByText('Niet alles is goed ingevuld').waitFor();
      if (javaScriptEnabled) assert.ok(await summaryTakesFocus(aylin), 'the summary has the focus');
      assert.equal(await aylin.getByLabel('Waar gaat het over?').inputValue(), title);
      assert.equal(await aylin.getByLabel('Vertel er meer over').inputValue(), text);
      assert.equal(await aylin.getByLabel('In welke wijk?').locator('option:checked').textContent(), 'Klarendal');
      assert.equal(await aylin.getByLabel('Onderwerp').locator('option:checked').textContent(), 'Groen en spelen');
      assert.equal(await aylin.getByLabel(/^Waar is het\?/).inputValue(), 'Hoek Hommelstraat');
      assert.equal(await aylin.getByLabel(/^Wat kost het ongeveer\?/).inputValue(), '2.400,00');
      assert.equal(await aylin.getByLabel('Naam', { exact: true }).inputValue(), 'Aylin Demir');
      assert.equal(await aylin.getByLabel('E-mailadres').inputValue(), 'aylin');
      await form.getByText('Bewaarde foto\'s: 1.').waitFor();
      await aylin.getByLabel('E-mailadres').fill(guest);
      await press(aylin, 'Dien in');
      assert.equal(await heading(aylin), 'Kijk in uw mail');

      // The link in the mail: looking at it (as mail scanners do) does not use it up, the button does.
      const confirm = await server.mail.find(guest, 'Bevestig uw initiatief');
      const scanner = await person();
      await scanner.goto(confirm.link);
      await scanner.goto(confirm.link);
      await aylin.goto(confirm.link);
      await press(aylin, 'Dien uw initiatief in');
      assert.equal(await heading(aylin), title);
      await aylin.getByRole('status').getByText('Uw initiatief is ingediend.').waitFor();
      await aylin.getByRole('status').getByText('Iedereen kan het nu lezen.').waitFor();
      const address = new URL(aylin.url()).pathname;
      assert.match(address, /^\/initiatieven\/[0-9a-f-]{36}$/);
      assert.equal(await fact(aylin, 'Geschatte kosten'), '€ 2.400,00');
      assert.equal(await fact(aylin, 'Plaats'), 'Hoek Hommelstraat');
      const answerBy = await fact(aylin, 'Antwoord uiterlijk');
      assert.match(answerBy, /^\d{1,2} [a-z]+ \d{4}$/);
      const picture = form.getByRole('img', { name: title });
      await picture.scrollIntoViewIfNeeded();
      assert.equal((await aylin.request.get(await picture.getAttribute('src'))).status(), 200);
      await expectNoViolations(aylin);

      await scanner.goto(confirm.link);
      await press(scanner, 'Dien uw initiatief in');
      await scanner.getByText('Deze link werkt niet meer').waitFor();
      assert.equal(await scanner.getByRole('button', { name: 'Dien uw initiatief in' }).count(), 0);
      const received = await server.mail.find(guest, 'Wij hebben uw initiatief ontvangen', answerBy);
      assert.equal(received.link, address);

      // Somebody else supports it, once.
      const fatima = await person();
      await fatima.goto(address);
      await fatima.getByText('Nog geen steun').waitFor();
      await follow(fatima, 'Log in om dit te steunen');
      await fatima.getByLabel('E-mailadres').fill('fatima@voorbeeld.test');
      await fatima.getByLabel('Wachtwoord').fill('fiets molen lantaarn');
      await press(fatima, 'Inloggen');
      assert.equal(new URL(fatima.url()).pathname, address, 'back to where she came from');
      await press(fatima, 'Ik steun dit');
      await fatima.getByText('U steunt dit initiatief.').waitFor();
      await fatima.getByText('1 persoon steunt dit').waitFor();

      // The wijkteam sees it in Mijn werk, and asks something.
      const rachid = await staff('rachid');
      await follow(rachid, 'Mijn werk', rachid.getByRole('navigation', { name: 'Hoofdmenu' }));
      await rachid.getByText(`antwoord uiterlijk ${answerBy}`).first().waitFor();
      await follow(rachid, title);
      assert.equal(await fact(rachid, 'Naam'), 'Aylin Demir');
      await press(rachid, 'Neem in behandeling');
      await rachid.getByRole('status').getByText('Gelukt.').waitFor();
      await server.mail.find(guest, 'Het wijkteam is ermee bezig.');
      const ask = await unfold(rachid, 'Vraag de indiener iets');
      await ask.getByLabel('Uw vraag').fill('Mag het bankje ook bij de zandbak staan?');
      await press(rachid, 'Stuur de vraag', ask);
      await rachid.getByText('Wacht op de indiener').first().waitFor();

      // She answers by the link in the mail, without an account.
      const question = await server.mail.find(guest, 'Mag het bankje ook bij de zandbak staan?');
      await scanner.goto(question.link);
      await aylin.goto(question.link);
      await aylin.getByText('Mag het bankje ook bij de zandbak staan?').waitFor();
      await aylin.getByLabel('Uw antwoord').fill('Ja, als er maar schaduw is.');
      await press(aylin, 'Stuur uw antwoord');
      assert.equal(await heading(aylin), 'Bedankt voor uw antwoord');

      // The answer comes back to Mijn werk. It is linked to a new opgave.
      await rachid.goto('/werk');
      await follow(rachid, title);
      await rachid.getByText('Ja, als er maar schaduw is.').waitFor();
      const link = await unfold(rachid, 'Koppel aan een opgave');
      await link.getByLabel(/^De opgave in één zin/).fill('Kinderen en opa’s en oma’s samen buiten');
      await link.getByLabel(/^Wat merken mensen hiervan/).fill('Wie op kinderen past, kan nergens zitten.');
      await link.getByLabel('Reden, voor de indiener').fill('Meer mensen missen een plek om te zitten. We maken er een plan voor.');
      await press(rachid, 'Koppel', link);
      assert.equal(await heading(rachid), 'Kinderen en opa’s en oma’s samen buiten');
      await rachid.getByRole('status').getByText('Gelukt.').waitFor();
      const opgave = new URL(rachid.url()).pathname;
      await server.mail.find(guest, 'Het initiatief staat in het wijkactieplan.', 'We maken er een plan voor.');

      // Money, an activiteit and an opdracht.
      const money = await unfold(rachid, 'Geld of uren inzetten');
      await money.getByLabel(/^Product van het wijkbudget/).selectOption('Groen en spelen');
      await money.getByLabel(/^Bedrag in euro's/).fill('2500');
      await money.getByLabel(/^Door wie\?/).fill('Team groen');
      await press(rachid, 'Leg de inzet vast', money);
      await rachid.getByText('€ 2.500,00, door Team groen').first().waitFor();
      const activity = await unfold(rachid, 'Activiteit toevoegen');
      await activity.getByLabel('Wat gaat er gebeuren?').fill('Een bankje plaatsen');
      await activity.getByLabel(/^Eerste dag/).fill('2026-12-01');
      await press(rachid, 'Leg de activiteit vast', activity);
      await rachid.getByText(/Een bankje plaatsen.*vanaf 1 december 2026/).first().waitFor();
      const order = await unfold(rachid, 'Opdracht maken');
      await order.getByLabel('De opdracht in één zin').fill('Plaats een bankje met schaduw');
      await order.getByLabel('Wat moet er precies gebeuren?').fill('Een houten bankje van twee meter, bij de zandbak, onder de boom.');
      await order.getByLabel('Naam van de uitvoerder').fill('Afdeling Groen');
      await order.getByLabel("Bedrag in euro's").fill('2.400,00');
      await press(rachid, 'Bewaar de opdracht', order);
      assert.equal(await heading(rachid), 'Plaats een bankje met schaduw');
      const opdracht = new URL(rachid.url()).pathname;
      await press(rachid, 'Vraag fiat');
      await rachid.getByText('Wacht op fiat').first().waitFor();
      await server.mail.find(guest, 'toestemming gevraagd');

      // Nobody else sees it before the money is approved.
      assert.equal((await fatima.goto(opdracht)).status(), 404);

      // Somebody with a mandate approves.
      const marieke = await staff('marieke');
      await marieke.goto('/werk');
      await follow(marieke, 'Plaats een bankje met schaduw');
      await marieke.getByRole('radio', { name: 'Ja, het geld mag worden uitgegeven' }).check();
      await press(marieke, 'Leg uw besluit vast');
      await marieke.getByText('Fiat gegeven').first().waitFor();
      await server.mail.find(guest, 'Het geld is goedgekeurd.');

      // The backoffice accepts, tells how it goes, books what it spent, finishes and accounts.
      const hanneke = await staff('hanneke');
      await hanneke.goto('/werk');
      await follow(hanneke, 'Plaats een bankje met schaduw');
      await hanneke.getByRole('radio', { name: 'Ja, wij voeren het uit' }).check();
      await press(hanneke, 'Leg uw besluit vast');
      await server.mail.find(guest, 'De uitvoerder heeft ja gezegd.');
      const report = await unfold(hanneke, 'Vertel hoe het gaat');
      await report.getByLabel('Wat is er gebeurd?').fill('Het bankje staat er.');
      await report.getByLabel(/^Foto's/).setInputFiles(photo('staat.png', { bench: [40, 90, 200] }));
      await press(hanneke, 'Zet het erbij', report);
      await hanneke.getByText('Het bankje staat er.').waitFor();
      await hanneke.getByRole('img', { name: 'Nieuws van de uitvoering.' }).waitFor();
      await server.mail.find(guest, 'Nieuws van de uitvoering.', 'Het bankje staat er.');

      // More than was approved cannot be spent, and what was typed stays.
      let spend = await unfold(hanneke, 'Boek een uitgave');
      await spend.getByLabel("Bedrag in euro's").fill('9.000,00');
      await spend.getByLabel('Waarvoor?').selectOption('Factuur');
      await spend.getByLabel(/^Toelichting/).fill('Bankje en plaatsen, factuur 12');
      await press(hanneke, 'Boek', spend);
      spend = hanneke.locator('details', { hasText: 'Boek een uitgave' });
      await spend.getByRole('alert').waitFor();
      assert.equal(await spend.getByLabel('Waarvoor?').inputValue(), 'factuur');
      assert.equal(await spend.getByLabel(/^Toelichting/).inputValue(), 'Bankje en plaatsen, factuur 12');
      await spend.getByLabel("Bedrag in euro's").fill('2.150,50');
      await press(hanneke, 'Boek', spend);
      assert.equal(await fact(hanneke, 'Besteed'), '€ 2.150,50');
      assert.equal(await fact(hanneke, 'Verplicht'), '€ 249,50');
      const finish = await unfold(hanneke, 'Het werk is klaar');
      await finish.getByLabel('Wat is er gedaan?').fill('Het bankje is geplaatst en gekeurd.');
      await press(hanneke, 'Meld klaar', finish);
      await server.mail.find(guest, 'Het werk is klaar.');
      const account = await unfold(hanneke, 'Verantwoord en sluit af');
      await account.getByLabel(/^Hoe is het geld besteed\?/).fill('Het bankje was goedkoper dan gedacht.');
      await press(hanneke, 'Sluit af', account);
      await hanneke.getByText('Klaar en verantwoord').first().waitFor();
      assert.equal(await fact(hanneke, 'Verplicht'), '€ 0,00');

      // Everyone sees it in the wijkactieplan, and each figure of the wijkbudget leads to its postings.
      await fatima.goto('/gebieden/W2');
      await follow(fatima, 'Bekijk het wijkactieplan');
      const plan = fatima.getByRole('main');
      await plan.getByText('Kinderen en opa’s en oma’s samen buiten').waitFor();
      await plan.getByText('Een bankje plaatsen').waitFor();
      await plan.getByRole('link', { name: 'Plaats een bankje met schaduw' }).waitFor();
      await expectNoViolations(fatima);
      await fatima.goto('/gebieden/W2/wijkbudget');
      const row = fatima.getByRole('row', { name: /^Groen en spelen/ });
      await follow(fatima, '€ 2.150,50', row);
      const posting = fatima.getByRole('row').filter({ has: fatima.getByRole('cell', { name: '€ 2.150,50' }) });
      await posting.waitFor();
      // What staff wrote about it is for staff.
      assert.ok(!(await fatima.content()).includes('factuur 12'));
      await hanneke.goto(fatima.url());
      await hanneke.getByText('Alleen voor medewerkers: Bankje en plaatsen, factuur 12').waitFor();
      await follow(fatima, 'Factuur', posting);
      assert.equal(new URL(fatima.url()).pathname, opdracht);

      // The initiator sees the whole way, in order, and is told that it is done.
      await server.mail.find(guest, 'Het is gelukt');
      await aylin.goto(address);
      const happened = await aylin.getByRole('main').getByRole('listitem').filter({ has: aylin.locator('time') }).locator('strong').allInnerTexts();
      assert.deepEqual(happened, [
        'Het initiatief is ingediend.',
        'Het wijkteam is ermee bezig.',
        'Het initiatief staat in het wijkactieplan.',
        'Er is geld of tijd voor vrijgemaakt.',
        'Er staat vast wat er gaat gebeuren.',
        'Het wijkteam heeft toestemming gevraagd voor het geld.',
        'Het geld is goedgekeurd.',
        'De uitvoerder heeft ja gezegd.',
        'Nieuws van de uitvoering.',
        'Het werk is klaar.',
        'Het is gelukt: alles is klaar en het geld is verantwoord.',
      ]);
      await aylin.getByText('Klaar', { exact: true }).first().waitFor();
      await follow(aylin, 'Bekijk de opgave');
      assert.equal(new URL(aylin.url()).pathname, opgave);
    });

    story('a business hands something in, and everyone sees its name and not that of the person', async () => {
      const ravi = await person();
      await ravi.goto('/initiatieven/nieuw?wijk=WK020222');
      await ravi.getByRole('radio', { name: /^Wij doen het zelf/ }).check();
      await ravi.getByLabel('Waar gaat het over?').fill('Fietsles op het plein voor de winkel');
      await ravi.getByLabel('Vertel er meer over').fill('Wij geven les, met fietsen die we zelf opknappen.');
      await ravi.getByRole('radio', { name: /^Nee/ }).check();
      await ravi.getByLabel('Onderwerp').selectOption('Sport en bewegen');
      await ravi.getByRole('radio', { name: 'Ondernemer' }).check();
      await ravi.getByLabel('Naam', { exact: true }).fill('Dilan Kaya');
      await ravi.getByLabel('E-mailadres').fill('winkel@example.org');
      await press(ravi, 'Dien in');

      // An entrepreneur has a name and a KvK number.
      await ravi.getByRole('alert').waitFor();
      await ravi.getByLabel(/^Naam van het bedrijf/).fill('Fietswinkel Ketting');
      await ravi.getByLabel(/^KvK-nummer/).fill('1234');
      await press(ravi, 'Dien in');
      await ravi.getByRole('alert').getByText('Een KvK-nummer heeft 8 cijfers.').waitFor();
      await ravi.getByLabel(/^KvK-nummer/).fill('00098764');
      await press(ravi, 'Dien in');
      assert.equal(await heading(ravi), 'Kijk in uw mail');
      const mail = await server.mail.find('winkel@example.org', 'Bevestig uw initiatief');
      await ravi.goto(mail.link);
      await press(ravi, 'Dien uw initiatief in');
      assert.equal(await fact(ravi, 'Van'), 'Fietswinkel Ketting (Ondernemer)');
      const all = await ravi.content();
      for (const secret of ['Dilan', 'winkel@example.org', '00098764']) assert.ok(!all.includes(secret), secret);

      const yusuf = await staff('yusuf');
      await yusuf.goto('/werk');
      await follow(yusuf, 'Fietsles op het plein voor de winkel');
      assert.equal(await fact(yusuf, 'KvK-nummer'), '00098764');
    });

    story('whoever asks for fiat cannot give it, and reads why', async () => {
      const esra = await staff('esra');
      await esra.goto('/opgaven/nieuw?gebied=W4');
      await esra.getByLabel('De opgave in één zin').fill('Fietsen staan in de weg');
      await esra.getByLabel('Wat merken mensen hiervan?').fill('Er zijn te weinig plekken om een fiets te zetten.');
      await esra.getByLabel('Onderwerp').selectOption('Verkeer en parkeren');
      await press(esra, 'Leg de opgave vast');
      const money = await unfold(esra, 'Geld of uren inzetten');
      await money.getByLabel(/^Product van het wijkbudget/).selectOption('Mobiliteit en openbare ruimte');
      await money.getByLabel(/^Bedrag in euro's/).fill('800');
      await press(esra, 'Leg de inzet vast', money);
      const activity = await unfold(esra, 'Activiteit toevoegen');
      await activity.getByLabel('Wat gaat er gebeuren?').fill('Nietjes plaatsen');
      await press(esra, 'Leg de activiteit vast', activity);
      const order = await unfold(esra, 'Opdracht maken');
      await order.getByLabel('De opdracht in één zin').fill('Plaats vier nietjes');
      await order.getByLabel('Wat moet er precies gebeuren?').fill('Vier nietjes bij de bushalte.');
      await order.getByLabel('Naam van de uitvoerder').fill('Afdeling Wegen');
      await order.getByLabel("Bedrag in euro's").fill('800');
      await press(esra, 'Bewaar de opdracht', order);
      await press(esra, 'Vraag fiat');
      assert.equal(await esra.getByRole('radio', { name: 'Ja, het geld mag worden uitgegeven' }).count(), 0);
      await esra.getByText('Wie hier zelf bij betrokken is, beslist niet over het geld.').waitFor();

      // A colleague without a mandate is not offered it either, and reads who decides.
      const pieter = await staff('pieter');
      await pieter.goto(new URL(esra.url()).pathname);
      assert.equal(await pieter.getByRole('radio', { name: 'Ja, het geld mag worden uitgegeven' }).count(), 0);
      await pieter.getByText('Een collega met mandaat beslist over het geld.').waitFor();

      // A form made by hand does not help either.
      const version = await esra.locator('input[name=versie]').first().inputValue();
      const forced = await esra.request.post(new URL(esra.url()).pathname, {
        form: { actie: 'fiatteren', versie: version, besluit: 'akkoord' },
        headers: { origin: server.base },
      });
      assert.equal(forced.status(), 403);
      assert.match(await forced.text(), /Iemand anders moet dit doen/);
    });
  });
}

const heading = (page) => page.getByRole('heading', { level: 1 }).innerText();

/** What stands beside a name in the list of facts. */
async function fact(page, name) {
  const named = page.locator('dt', { hasText: new RegExp(`^${name}$`) });
  const text = await page.locator('dl > div').filter({ has: named }).locator('dd').innerText();
  // An amount does not break over two lines: its space is not a plain one.
  return text.replaceAll('\u00a0', ' ');
}
