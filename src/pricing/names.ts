/**
 * The other names under which a price row may be meant, in the order in which they are tried. Each is a rewriting of
 * the whole name; there is no search for parts of it, so that no model is ever priced as one that merely looks alike.
 */

/** Spellings of a vendor in front of a model, to LiteLLM's; an empty string where LiteLLM's rows have no prefix. */
const VENDORS: Readonly<Record<string, string>> = {
  anthropic: '',
  openai: '',
  google: 'gemini',
  gemini: 'gemini',
  deepseek: 'deepseek',
  'x-ai': 'xai',
  xai: 'xai',
  moonshot: 'moonshot',
  moonshotai: 'moonshot',
  'z-ai': 'zai',
  zai: 'zai',
  minimax: 'minimax',
  mistral: 'mistral',
  mistralai: 'mistral',
  dashscope: 'dashscope',
  qwen: 'dashscope',
  alibaba: 'dashscope',
  xiaomi: 'xiaomi_mimo',
  xiaomi_mimo: 'xiaomi_mimo',
  'meta-llama': 'meta_llama',
  meta_llama: 'meta_llama',
}

/** Roads to a vendor's model that charge its price where they have no row of their own. */
const ROUTES: ReadonlySet<string> = new Set([
  'openrouter',
  'vercel',
  'vercel_ai_gateway',
  'litellm_proxy',
  'bedrock',
  'amazon-bedrock',
  'vertex',
  'vertex_ai',
  'google-vertex',
  'google-vertex-anthropic',
  'azure',
  'azure_ai',
  'github_copilot',
  'github-copilot',
])

/** Vendors whose rows carry a prefix that their own agents leave out (`grok-4.5`, `qwen3-coder-plus`). */
const OWN_PREFIXES: readonly string[] = [
  'gemini',
  'xai',
  'deepseek',
  'moonshot',
  'zai',
  'minimax',
  'dashscope',
  'mistral',
  'xiaomi_mimo',
  'meta_llama',
]

const DATE = /[-@](20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$/
const BEDROCK_ARN = /^arn:aws[a-z-]*:bedrock:[^:]*:[^:]*:(?:inference-profile|foundation-model)\/(.+)$/
const BEDROCK_REGION = /^(?:us|eu|apac|au|jp|ca|in|global|us-gov)\.(?=[a-z]+\.)/
const BEDROCK_VENDOR = /^(anthropic|openai|xai|deepseek|moonshotai|mistral|minimax|zai|qwen)\.(.+)$/
const BEDROCK_VERSION = /-v\d+(?::\d+)?$/

/** `4.5` and `4-5`: all dots to dashes, then each single dash between short numbers to a dot. */
const respelled = (name: string): string[] => {
  const spellings = [name]
  const dashed = name.replace(/(?<=\d)\.(?=\d)/g, '-')
  if (dashed !== name) spellings.push(dashed)
  for (const { index } of name.matchAll(/(?<=(?<!\d)\d)-(?=\d{1,2}(?!\d))/g))
    spellings.push(`${name.slice(0, index)}.${name.slice(index + 1)}`)
  return spellings
}

/** A name as it is, then without what only dates it. */
const undated = (name: string): string[] => {
  const shorter = name
    .replace(DATE, '')
    .replace(/@default$/, '')
    .replace(/-latest$/, '')
  return shorter === name || shorter === '' ? respelled(name) : [...respelled(name), ...respelled(shorter)]
}

/** Bedrock: the region's own row, then the row without region, then the vendor's. Vertex: its row, then the vendor's. */
const cloudNames = (name: string): string[] => {
  const global = name.replace(BEDROCK_REGION, '')
  const [, vendor, model] = BEDROCK_VENDOR.exec(global) ?? []
  if (vendor && model) {
    const versions = [name, global].flatMap(full => {
      const bare = full.replace(BEDROCK_VERSION, '')
      return [full, ...undated(bare), ...undated(bare).flatMap(plain => [`${plain}-v1`, `${plain}-v1:0`])]
    })
    const own = model.replace(BEDROCK_VERSION, '')
    return [...versions, ...undated(VENDORS[vendor] ? `${VENDORS[vendor]}/${own}` : own)]
  }
  if (!name.includes('@') || name.includes('/')) return []
  return [...undated(`vertex_ai/${name}`), name.replace(DATE, '-$1')]
}

/** Without the road in front, one segment after the other. */
const unprefixed = (name: string): string[] => {
  const names: string[] = []
  let rest = name
  for (let slash = rest.indexOf('/'); slash > 0; slash = rest.indexOf('/')) {
    const first = rest.slice(0, slash)
    const vendor = Object.hasOwn(VENDORS, first) ? VENDORS[first] : undefined
    if (vendor === undefined && !ROUTES.has(first)) break
    rest = rest.slice(slash + 1)
    if (vendor) names.push(...undated(`${vendor}/${rest}`))
    names.push(...undated(rest), ...cloudNames(rest))
  }
  return names
}

/** Every name to try for `model`, the model's own first, each once. */
export const candidates = (model: string): readonly string[] => {
  const plain = model.replace(/\[1m\]$/i, '')
  const name = BEDROCK_ARN.exec(plain)?.[1] ?? plain
  const names = [model, name, ...cloudNames(name), ...undated(name), ...unprefixed(name)]
  if (!name.includes('/')) for (const prefix of OWN_PREFIXES) names.push(...undated(`${prefix}/${name}`))
  return [...new Set(names)].filter(candidate => candidate !== '')
}
