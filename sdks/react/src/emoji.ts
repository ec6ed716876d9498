import type { EmojiGroup } from './words.ts'

export interface Emoji {
  name: string
  emoji: string
}

const table: Record<Exclude<EmojiGroup, 'often'>, string> = {
  faces:
    'grinning 😀 smile 😄 grin 😁 laughing 😆 sweat_smile 😅 joy 😂 rofl 🤣 slight_smile 🙂 upside_down 🙃 wink 😉 blush 😊 innocent 😇 heart_eyes 😍 star_struck 🤩 kissing_heart 😘 yum 😋 stuck_out_tongue 😛 zany 🤪 hug 🤗 hand_over_mouth 🤭 shush 🤫 thinking 🤔 zipper_mouth 🤐 raised_eyebrow 🤨 neutral 😐 expressionless 😑 smirk 😏 unamused 😒 eye_roll 🙄 grimace 😬 relieved 😌 pensive 😔 sleepy 😪 sleeping 😴 mask 😷 dizzy_face 😵 exploding_head 🤯 cowboy 🤠 party_face 🥳 sunglasses 😎 nerd 🤓 confused 😕 worried 😟 open_mouth 😮 flushed 😳 pleading 🥺 fearful 😨 cry 😢 sob 😭 scream 😱 weary 😩 yawn 🥱 triumph 😤 rage 😡 skull 💀 poop 💩 clown 🤡 ghost 👻 alien 👽 robot 🤖 melting 🫠 salute 🫡',
  people:
    'thumbsup 👍 +1 👍 thumbsdown 👎 -1 👎 ok_hand 👌 pinch 🤏 victory ✌️ crossed_fingers 🤞 horns 🤘 call_me 🤙 point_left 👈 point_right 👉 point_up 👆 point_down 👇 raised_hand ✋ wave 👋 clap 👏 raised_hands 🙌 open_hands 👐 handshake 🤝 pray 🙏 writing ✍️ muscle 💪 fist 👊 eyes 👀 brain 🧠 ear 👂 shrug 🤷 facepalm 🤦 bow 🙇 raising_hand 🙋 dancer 💃 runner 🏃 baby 👶 family 👪 superhero 🦸 detective 🕵️ technologist 🧑‍💻 cook 🧑‍🍳',
  nature:
    'dog 🐶 cat 🐱 mouse 🐭 rabbit 🐰 fox 🦊 bear 🐻 panda 🐼 lion 🦁 cow 🐮 pig 🐷 frog 🐸 monkey 🐵 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 chicken 🐔 penguin 🐧 bird 🐦 owl 🦉 unicorn 🦄 bee 🐝 bug 🐛 butterfly 🦋 snail 🐌 turtle 🐢 snake 🐍 octopus 🐙 fish 🐟 whale 🐳 elephant 🐘 tree 🌳 palm 🌴 cactus 🌵 herb 🌿 clover 🍀 leaf 🍃 rose 🌹 sunflower 🌻 sun ☀️ moon 🌙 star ⭐ cloud ☁️ rain 🌧️ snowflake ❄️ rainbow 🌈 ocean 🌊 fire 🔥 earth 🌍',
  food: 'apple 🍎 banana 🍌 lemon 🍋 strawberry 🍓 cherries 🍒 peach 🍑 pineapple 🍍 avocado 🥑 tomato 🍅 carrot 🥕 corn 🌽 bread 🍞 croissant 🥐 cheese 🧀 egg 🥚 pancakes 🥞 fries 🍟 pizza 🍕 burger 🍔 taco 🌮 salad 🥗 noodles 🍜 sushi 🍣 rice 🍚 cookie 🍪 cake 🍰 birthday 🎂 chocolate 🍫 ice_cream 🍦 popcorn 🍿 coffee ☕ tea 🍵 beer 🍺 wine 🍷 cheers 🥂 juice 🧃',
  activities:
    'soccer ⚽ basketball 🏀 tennis 🎾 football 🏈 trophy 🏆 medal 🏅 first 🥇 second 🥈 third 🥉 dart 🎯 game 🎮 dice 🎲 puzzle 🧩 art 🎨 music 🎵 guitar 🎸 microphone 🎤 headphones 🎧 film 🎬 ticket 🎫 tada 🎉 party 🎉 confetti 🎊 balloon 🎈 gift 🎁 bike 🚲 car 🚗 train 🚆 plane ✈️ rocket 🚀 ship 🚢 tent ⛺ beach 🏖️ mountain ⛰️ house 🏠 office 🏢',
  things:
    'watch ⌚ phone 📱 laptop 💻 keyboard ⌨️ printer 🖨️ disk 💾 camera 📷 tv 📺 bulb 💡 battery 🔋 plug 🔌 wrench 🔧 hammer 🔨 gear ⚙️ link 🔗 paperclip 📎 pin 📌 scissors ✂️ lock 🔒 unlock 🔓 key 🔑 bell 🔔 no_bell 🔕 mail ✉️ inbox 📥 package 📦 memo 📝 calendar 📅 chart 📈 chart_down 📉 clipboard 📋 folder 📁 book 📖 books 📚 newspaper 📰 money 💰 card 💳 hourglass ⏳ alarm ⏰ mag 🔍 microscope 🔬 pill 💊 broom 🧹 trash 🗑️ construction 🚧 crown 👑 gem 💎',
  signs:
    'heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍 broken_heart 💔 sparkling_heart 💖 sparkles ✨ zap ⚡ boom 💥 100 💯 check ✅ white_check_mark ✅ x ❌ warning ⚠️ no_entry ⛔ stop 🛑 question ❓ exclamation ❗ plus ➕ minus ➖ arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ recycle ♻️ infinity ♾️ red_circle 🔴 yellow_circle 🟡 green_circle 🟢 blue_circle 🔵 flag 🏁 speech 💬 thought 💭 zzz 💤 new 🆕 ok 🆗 up 🆙 soon 🔜',
}

const pairs = (text: string): Emoji[] =>
  Array.from(text.matchAll(/(\S+) (\S+)/g), ([, name = '', emoji = '']) => ({ name, emoji }))

/** The emoji of the picker, by group and name. The server takes every other one as well. */
export const emojiGroups: readonly { group: Exclude<EmojiGroup, 'often'>; emojis: readonly Emoji[] }[] = Object.entries(
  table,
).map(([group, text]) => ({ group: group as Exclude<EmojiGroup, 'often'>, emojis: pairs(text) }))

const all = emojiGroups.flatMap(({ emojis }) => emojis)
const byName = new Map(all.map(({ name, emoji }) => [name, emoji]))

/** The emoji of a name such as `tada`, undefined if it has none. */
export const emojiOf = (name: string): string | undefined => byName.get(name)

/** How well a name fits, 0 is best: it is the letters, begins with them, has a word that does, has them anywhere. */
function fitOf(name: string, letters: string): number {
  const at = name.indexOf(letters)
  if (at === 0) return name === letters ? 0 : 1
  if (at === -1) return Infinity
  return name.includes(`_${letters}`) ? 2 : 3
}

/** The emoji whose name has these letters, those that fit best first, and each once. */
export function findEmoji(letters: string, limit = 40): Emoji[] {
  const wanted = letters.trim().toLowerCase().replaceAll(' ', '_')
  const fitting = all
    .map((one) => ({ one, fit: fitOf(one.name, wanted) }))
    .filter(({ fit }) => fit < Infinity)
    .toSorted((a, b) => a.fit - b.fit)
  // Of an emoji with several names the one that fits best is shown.
  const found = new Map<string, Emoji>()
  for (const { one } of fitting) if (!found.has(one.emoji)) found.set(one.emoji, one)
  return [...found.values()].slice(0, limit)
}
