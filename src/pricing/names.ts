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

/** Providers that agents log and whose rows go first, in LiteLLM's spelling; what they have no row for costs what its vendor charges. */
const ROADS: Readonly<Record<string, string>> = {
  openrouter: 'openrouter',
  vercel: 'vercel_ai_gateway',
  'vercel-ai-gateway': 'vercel_ai_gateway',
  vercel_ai_gateway: 'vercel_ai_gateway',
  bedrock: 'bedrock',
  'amazon-bedrock': 'bedrock',
  vertex: 'vertex_ai',
  vertex_ai: 'vertex_ai',
  'google-vertex': 'vertex_ai',
  'google-vertex-anthropic': 'vertex_ai',
  azure: 'azure',
  'azure-openai': 'azure',
  'azure-openai-responses': 'azure',
  'azure-cognitive-services': 'azure',
  azure_ai: 'azure_ai',
  'github-copilot': 'github_copilot',
  github_copilot: 'github_copilot',
  opencode: 'opencode',
}

/** Hosts that sell or run open models on their own terms: the price of another seller of the same model would be wrong. */
const HOSTS: Readonly<Record<string, string>> = {
  baseten: 'baseten',
  cerebras: 'cerebras',
  chutes: 'chutes',
  deepinfra: 'deepinfra',
  fireworks: 'fireworks_ai',
  'fireworks-ai': 'fireworks_ai',
  groq: 'groq',
  huggingface: 'huggingface',
  hyperbolic: 'hyperbolic',
  'llama.cpp': 'llama.cpp',
  lmstudio: 'lm_studio',
  'lm-studio': 'lm_studio',
  nebius: 'nebius',
  novita: 'novita',
  'novita-ai': 'novita',
  nvidia: 'nvidia_nim',
  ollama: 'ollama',
  ovhcloud: 'ovhcloud',
  sambanova: 'sambanova',
  scaleway: 'scaleway',
  synthetic: 'synthetic',
  together: 'together_ai',
  togetherai: 'together_ai',
  vllm: 'vllm',
}

/** Who served a model, as far as the price depends on it. */
export interface Road {
  /** LiteLLM's prefix of its rows. */
  readonly prefix: string
  /** True where no one else's price will do. */
  readonly isOwn: boolean
}

/** Undefined for vendors, and for names that say nothing about the price (a proxy, a plan): there the model decides. */
export const roadOf = (provider: string | undefined): Road | undefined => {
  if (provider === undefined) return undefined
  if (Object.hasOwn(ROADS, provider)) return { prefix: ROADS[provider] ?? '', isOwn: false }
  return Object.hasOwn(HOSTS, provider) ? { prefix: HOSTS[provider] ?? '', isOwn: true } : undefined
}

/** What a price is looked up by: equal where model and road are. Begins with the model. */
export const priceKey = (model: string, provider: string | undefined): string => {
  const road = roadOf(provider)
  return road ? `${model}\n${road.prefix}` : model
}

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
  'github_copilot',
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

/** An agent's name for a model with the effort or thinking it ran at: those are parameters of a request, not prices. */
const EFFORT = /^((?:gpt-\d|o\d)[\w.-]*)-(?:none|minimal|low|medium|high|xhigh)$/
const THINKING = /^(claude-[\w.-]+)-thinking$/
/** Cursor's order: `claude-4.5-sonnet-thinking`, `claude-4.5-opus-high`. `-fast` and `-max` have prices of their own and stay unknown. */
const VERSION_FIRST = /^claude-(\d|\d\.\d)-([a-z]+)(?:-(?:low|medium|high))?$/

const withoutEffort = (name: string): string[] => {
  const effortless = EFFORT.exec(name)?.[1]
  if (effortless !== undefined) return [effortless]
  const plain = THINKING.exec(name)?.[1] ?? name
  const [, version, family] = VERSION_FIRST.exec(plain) ?? []
  const reordered = version && family ? [`claude-${family}-${version.replace('.', '-')}`] : []
  return plain === name ? reordered : [...undated(plain), ...reordered]
}

/** A host's rows of a model: under its name, or, as Fireworks files them, under its account with `p` for the dots (`glm-4p6`). */
const hostNames = (prefix: string, model: string): string[] => {
  const bare = model.startsWith(`${prefix}/`) ? model.slice(prefix.length + 1) : model
  const filed = bare.replace(/(?<=\d)\.(?=\d)/g, 'p')
  return [`${prefix}/${bare}`, `${prefix}/${filed}`, `${prefix}/accounts/fireworks/models/${filed}`]
}

/** Every name to try for `model`, the model's own first, each once; who served it goes before, where that has prices of its own. */
export const candidates = (model: string, road?: Road): readonly string[] => {
  if (road?.isOwn) return hostNames(road.prefix, model)
  if (road) return [...new Set([...candidates(`${road.prefix}/${model}`), ...candidates(model)])]
  const plain = model.replace(/\[1m\]$/i, '')
  const name = BEDROCK_ARN.exec(plain)?.[1] ?? plain
  const names = [model, name, ...cloudNames(name), ...undated(name), ...unprefixed(name)]
  if (!name.includes('/')) {
    for (const prefix of OWN_PREFIXES) names.push(...undated(`${prefix}/${name}`))
    names.push(...withoutEffort(name))
  }
  return [...new Set(names)].filter(candidate => candidate !== '')
}
