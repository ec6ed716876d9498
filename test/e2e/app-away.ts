import { expect, test } from 'bun:test'

import { eventually, soon } from '../services/eventually.ts'
import { recording, shownBy } from '../web/notices.ts'
import type { Both } from './app-own.ts'
import { hello, type Person, roomOf } from './app-person.ts'

/** Finds the room of the other among all, and joins it. */
export async function enter(one: Person, other: Person): Promise<void> {
  const { words, pressButton, list, dialog, heading, message } = one
  await one.toList()
  await pressButton(words.frame.browse, list)
  await dialog().getByLabel(words.rooms.find_room).fill(roomOf(other))
  await pressButton(words.rooms.join_room(roomOf(other)), dialog())
  await heading(roomOf(other)).waitFor()
  await message(hello(other)).waitFor()
}

/** What keeps one from a room, and what one hears there, of app-people.test.ts: by then both are signed in and in each other's rooms. */
export function awayMatters(both: Both, at_desk: () => [one: Person, other: Person]): void {
  both('loses the network, reads so, writes on, and all of it goes once when it is back', async (one, other) => {
    const { components } = one.words
    await one.open(roomOf(other))
    await other.open(roomOf(other))
    await one.context.setOffline(true)
    await one.page.getByText(components.offline(0)).first().waitFor()
    const texts = [`On a train with ${one.name}`, `In a tunnel with ${one.name}`]
    for (const text of texts) {
      await one.composer.fill(text)
      await one.send()
    }
    await one.page.getByText(components.offline(2)).first().waitFor()
    expect(await other.message('with').count()).toBe(0)
    await one.context.setOffline(false)
    await other.message(texts[1] ?? '').waitFor()
    await one.page.locator('.vz-connection').first().waitFor({ state: 'detached' })
    await one.page.locator('.vz-pending').first().waitFor({ state: 'detached' })
    for (const { message } of [one, other])
      for (const text of texts) await soon(async () => expect([text, await message(text).count()]).toEqual([text, 1]))
  })

  // Chrome on a phone shows no notifications of pages.
  test('at a desk, one is told by the browser what the other wrote elsewhere, and goes there by it', async () => {
    const [one, other] = at_desk()
    await one.open(roomOf(one))
    await one.context.grantPermissions(['notifications'])
    await one.page.addInitScript(recording)
    await one.page.reload()
    await one.message(hello(one)).waitFor()
    await other.open(roomOf(other))
    await other.say(`The kettle is on, @${one.name}`)
    await eventually('a notification', async () => (await shownBy(one.page)).length === 1)
    const [told] = await shownBy(one.page)
    expect(told).toContain(`The kettle is on, @${one.name}`)
    await one.page.evaluate('shown[0].notification.onclick()')
    await one.page.locator('.vz-highlight', { hasText: 'The kettle is on' }).waitFor({ state: 'attached' })
    await one.heading(roomOf(other)).waitFor()
  })

  both('deletes what the other wrote, and puts them out, who reads so and comes back', async (one, other) => {
    await one.open(roomOf(one))
    await other.open(roomOf(one))
    const { conversation, components } = one.words
    const rude = `What ${other.name} should not have said`
    await other.say(rude)
    await one.message(rude).waitFor()
    await one.act(rude, components.remove)
    const question = one.dialog(conversation.delete_message)
    await question.getByLabel(conversation.reason).fill('This is a tea house')
    await one.pressButton(conversation.delete, question)
    await other.message(other.words.components.deletedByOther).waitFor()

    await one.pressButton(conversation.members(2))
    const members = one.side(conversation.people)
    await one.pressButton(conversation.profile_of(other.name), members)
    await one.press(one.page.getByRole('menuitem', { name: conversation.kick }))
    await one.pressButton(conversation.kick, one.dialog(conversation.kick_title(other.name)))
    await other.page.getByText(other.words.frame.kicked(roomOf(one))).waitFor()
    await members.getByRole('listitem').filter({ hasText: other.name }).waitFor({ state: 'detached' })
    await one.pressButton(conversation.close, members)
    await enter(other, one)
  })
}
