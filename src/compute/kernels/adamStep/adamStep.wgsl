// One step of Adam for one hidden unit by one workgroup. Formulas and shapes stand in adamStep.cpu.ts.

struct Sizes { pairs: u32, dimension: u32, heads: u32, hidden: u32 }
struct Unit {
  output: f32, mean: f32, square: f32, mean_share: f32, square_share: f32, learning_rate: f32, weight_decay: f32,
}

override workgroup_size: u32 = 64;
override rows_per_split: u32 = 512;
const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

@group(0) @binding(0) var<storage, read> partials: array<vec4f>;
@group(0) @binding(1) var<storage, read> activations: array<f32>;
@group(0) @binding(2) var<storage, read> slopes: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> weights: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> means: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> squares: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> units: array<Unit>;
@group(0) @binding(7) var<storage, read_write> clock: array<f32>;
@group(0) @binding(8) var<uniform> sizes: Sizes;

var<workgroup> scratch: array<vec2f, workgroup_size>;

// Sum over the workgroup, known to every invocation.
fn total(local: u32, value: vec2f) -> vec2f {
  scratch[local] = value;
  workgroupBarrier();
  for (var half = workgroup_size / 2u; half > 0u; half /= 2u) {
    if (local < half) { scratch[local] += scratch[local + half]; }
    workgroupBarrier();
  }
  return scratch[0];
}

@compute @workgroup_size(workgroup_size)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let head = group.x + group.y * groups.x;
  let members = sizes.heads / sizes.hidden;
  let member = head / sizes.hidden;
  // Slope of the output weight, and the member's weight in the batch.
  var sums = vec2f();
  if (head < sizes.heads) {
    for (var place = local; place < sizes.pairs / 2u; place += workgroup_size) {
      let own = slopes[place * members + member];
      let chosen = place * 2u * sizes.heads + head;
      sums += vec2f(own.x * (activations[chosen] - activations[chosen + sizes.heads]), own.y);
    }
  }
  // Every invocation has read the unit before the barriers of the sum, and one writes it after them.
  var unit = units[min(head, sizes.heads - 1u)];
  sums = total(local, sums);
  // No other kernel that runs at the same time reads the clock.
  if (head == 0u && local == 0u) { clock[0] += 1.0; }
  if (head >= sizes.heads || sums.y == 0.0) { return; }

  unit.mean_share = beta1 * unit.mean_share + (1.0 - beta1);
  unit.square_share = beta2 * unit.square_share + (1.0 - beta2);
  let rate = unit.learning_rate * sqrt(unit.square_share) / unit.mean_share;
  let kept = 1.0 - unit.learning_rate * unit.weight_decay;
  let stride = sizes.dimension / 4u;
  let splits = (sizes.pairs + rows_per_split - 1u) / rows_per_split;
  for (var k = local; k < stride; k += workgroup_size) {
    let i = head * stride + k;
    var gradient = vec4f();
    for (var split = 0u; split < splits; split++) {
      gradient += partials[split * sizes.heads * stride + i];
    }
    gradient /= sums.y;
    let mean = beta1 * means[i] + (1.0 - beta1) * gradient;
    let square = beta2 * squares[i] + (1.0 - beta2) * gradient * gradient;
    means[i] = mean;
    squares[i] = square;
    weights[i] = kept * weights[i] - rate * mean / (sqrt(square) + epsilon);
  }
  if (local == 0u) {
    let gradient = sums.x / sums.y;
    unit.mean = beta1 * unit.mean + (1.0 - beta1) * gradient;
    unit.square = beta2 * unit.square + (1.0 - beta2) * gradient * gradient;
    unit.output = kept * unit.output - rate * unit.mean / (sqrt(unit.square) + epsilon);
    units[head] = unit;
  }
}
