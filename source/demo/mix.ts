/** What the demo's clients ask for and how often: one table. */

interface Ask {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: string
}

export interface Habit {
  /** how often, beside the other habits' weights */
  readonly weight: number
  /** changes nothing and costs next to nothing, on any server whatever */
  readonly harmless?: true
  /** `random`: 0 to 1, 1 excluded */
  readonly ask: (random: () => number) => Ask
}

const get = (path: string): Ask => ({method: 'GET', path})
const below = (limit: number, random: () => number) => Math.floor(random() * limit)

/** Most answers are quick and a few are not, as in life: 20 ms to 1.5 s, with a median of about 80 ms. */
const thinkingMs = (random: () => number) => Math.round(20 * 75 ** (random() ** 1.6))

/** Nothing here that makes an instance go down, and no event stream: a drain would wait for it. */
export const mix: readonly Habit[] = [
  {weight: 40, harmless: true, ask: () => get('/')},
  {weight: 12, ask: random => get(`/api/products/${below(500, random)}`)},
  {weight: 8, ask: random => get(`/api/users/${below(80, random)}`)},
  {weight: 4, ask: () => get('/api/cart')},
  {weight: 16, ask: random => get(`/slow?ms=${thinkingMs(random)}`)},
  {weight: 14, ask: random => ({method: 'POST', path: '/echo', body: 'x'.repeat(below(4_096, random))})},
  {weight: 4, ask: random => get(`/large?bytes=${below(1_048_576, random)}`)},
  {weight: 1, ask: () => get('/favicon.ico')},
  {weight: 1, ask: () => get('/fail')},
]

/** Draws one of `habits` by weight; undefined when there is none. */
export function drawn(habits: readonly Habit[], random: () => number): Habit | undefined {
  let left = random() * habits.reduce((sum, {weight}) => sum + weight, 0)
  return habits.find(({weight}) => {
    left -= weight
    return left < 0
  })
}
