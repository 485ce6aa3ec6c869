// The full gradient, the newest L-BFGS correction and the search direction of one head by one workgroup. Shapes and
// formulas stand in searchDirection.cpu.ts. Empty history slots carry an inverse curvature of 0 and drop out without a
// branch, so that every barrier is reached by all.

struct Sizes { pairs: u32, dimension: u32, heads: u32, hidden: u32, rank: u32 }
struct Head {
  lambda: f32, slope: f32, direction_square: f32, weights_along: f32,
  gradient_square: f32, first_gradient_square: f32, step: f32, loss: f32, held_out_loss: f32,
  stalled: f32, iteration: f32, roundoff: f32, data_curvature: f32,
  inverse_curvature: array<f32, 5>,
}

override workgroup_size: u32 = 64;
override rows_per_split: u32 = 512;
const history = 5u;
// Ranks up to 32.
const most_quadruples = 8u;
const curvature_floor = 1e-10;

@group(0) @binding(0) var<storage, read> partials: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradients: array<f32>;
@group(0) @binding(3) var<storage, read_write> directions: array<f32>;
@group(0) @binding(4) var<storage, read_write> steps: array<f32>;
@group(0) @binding(5) var<storage, read_write> changes: array<f32>;
@group(0) @binding(6) var<storage, read_write> scalars: array<Head>;
@group(0) @binding(7) var<storage, read> basis: array<f32>;
@group(0) @binding(8) var<uniform> sizes: Sizes;

var<workgroup> scratch: array<vec4f, workgroup_size>;

// Sum over the workgroup, known to every invocation.
fn total(local: u32, value: vec4f) -> vec4f {
  scratch[local] = value;
  workgroupBarrier();
  for (var half = workgroup_size / 2u; half > 0u; half /= 2u) {
    if (local < half) { scratch[local] += scratch[local + half]; }
    workgroupBarrier();
  }
  let sum = scratch[0];
  workgroupBarrier();
  return sum;
}

// Four directions of the basis share one sum over the workgroup. Each invocation keeps to its own elements: along one
// direction all projections are taken before any element changes.
fn precondition(local: u32, head: u32) {
  let own = head * sizes.dimension;
  let moments = sizes.rank * sizes.dimension;
  let lambda = scalars[head].lambda;
  let data_curvature = scalars[head].data_curvature;
  let rest = 1.0 / (lambda + data_curvature * basis[moments + sizes.rank]);
  var along = array<vec4f, most_quadruples>();
  let quadruples = min((sizes.rank + 3u) / 4u, most_quadruples);
  for (var q = 0u; q < quadruples; q++) {
    var dots = vec4f();
    for (var k = 0u; k < 4u; k++) {
      // Beyond the rank the factor is zero, whatever the row.
      let row = min(4u * q + k, sizes.rank - 1u) * sizes.dimension;
      var sum = 0.0;
      for (var i = local; i < sizes.dimension; i += workgroup_size) { sum += basis[row + i] * directions[own + i]; }
      dots[k] = sum;
    }
    dots = total(local, dots);
    for (var k = 0u; k < 4u; k++) {
      let direction = 4u * q + k;
      let inverse = 1.0 / (lambda + data_curvature * basis[moments + min(direction, sizes.rank)]);
      along[q][k] = select(0.0, (inverse - rest) * dots[k], direction < sizes.rank);
    }
  }
  for (var i = local; i < sizes.dimension; i += workgroup_size) {
    var value = rest * directions[own + i];
    for (var q = 0u; q < quadruples; q++) {
      for (var k = 0u; k < 4u; k++) {
        value += along[q][k] * basis[min(4u * q + k, sizes.rank - 1u) * sizes.dimension + i];
      }
    }
    directions[own + i] = value;
  }
}

@compute @workgroup_size(workgroup_size)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let head = group.x;
  let own = head * sizes.dimension;
  let iteration = u32(scalars[head].iteration);
  let lambda = scalars[head].lambda;
  let step_taken = scalars[head].step;
  let forget = scalars[head].stalled > 0.0;
  let splits = (sizes.pairs + rows_per_split - 1u) / rows_per_split;
  let newest_slot = (iteration + history - 1u) % history;
  let newest = (newest_slot * sizes.heads + head) * sizes.dimension;

  var sums = vec4f();
  for (var i = local; i < sizes.dimension; i += workgroup_size) {
    var sum = 0.0;
    for (var split = 0u; split < splits; split++) {
      sum += partials[(split * sizes.heads + head) * sizes.dimension + i];
    }
    let gradient = lambda * weights[own + i] - sum;
    if (iteration > 0u) {
      let taken = step_taken * directions[own + i];
      let change = gradient - gradients[own + i];
      steps[newest + i] = taken;
      changes[newest + i] = change;
      sums += vec4f(taken * change, change * change, 0.0, 0.0);
    }
    sums.z += gradient * gradient;
    gradients[own + i] = gradient;
    directions[own + i] = -gradient;
  }
  sums = total(local, sums);
  let gradient_square = sums.z;
  let newest_inverse = select(0.0, 1.0 / sums.x, iteration > 0u && sums.x > curvature_floor * sums.y);

  // The two loops. Each invocation keeps to its own elements between the sums.
  var alphas = array<f32, 6>();
  var scale = 0.0;
  for (var age = 1u; age <= history; age++) {
    let slot = (iteration + 2u * history - age) % history;
    let at = (slot * sizes.heads + head) * sizes.dimension;
    var inverse = select(scalars[head].inverse_curvature[slot], newest_inverse, age == 1u);
    inverse = select(inverse, 0.0, forget || age > iteration);
    var dots = vec4f();
    for (var i = local; i < sizes.dimension; i += workgroup_size) {
      dots += vec4f(steps[at + i] * directions[own + i], changes[at + i] * changes[at + i], 0.0, 0.0);
    }
    dots = total(local, dots);
    alphas[age] = inverse * dots.x;
    if (scale == 0.0 && inverse > 0.0) { scale = 1.0 / (inverse * dots.y); }
    for (var i = local; i < sizes.dimension; i += workgroup_size) {
      directions[own + i] -= alphas[age] * changes[at + i];
    }
  }
  if (sizes.rank > 0u) {
    precondition(local, head);
  } else if (scale > 0.0) {
    for (var i = local; i < sizes.dimension; i += workgroup_size) { directions[own + i] *= scale; }
  }
  for (var age = history; age >= 1u; age--) {
    let slot = (iteration + 2u * history - age) % history;
    let at = (slot * sizes.heads + head) * sizes.dimension;
    var inverse = select(scalars[head].inverse_curvature[slot], newest_inverse, age == 1u);
    inverse = select(inverse, 0.0, forget || age > iteration);
    var dots = vec4f();
    for (var i = local; i < sizes.dimension; i += workgroup_size) {
      dots.x += changes[at + i] * directions[own + i];
    }
    let beta = inverse * total(local, dots).x;
    for (var i = local; i < sizes.dimension; i += workgroup_size) {
      directions[own + i] += (alphas[age] - beta) * steps[at + i];
    }
  }

  var ends = vec4f();
  for (var i = local; i < sizes.dimension; i += workgroup_size) {
    ends.x += gradients[own + i] * directions[own + i];
  }
  let descends = total(local, ends).x < 0.0;
  ends = vec4f();
  for (var i = local; i < sizes.dimension; i += workgroup_size) {
    let direction = select(-gradients[own + i], directions[own + i], descends);
    directions[own + i] = direction;
    ends += vec4f(gradients[own + i] * direction, direction * direction, weights[own + i] * direction, 0.0);
  }
  ends = total(local, ends);
  if (local == 0u) {
    scalars[head].slope = ends.x;
    scalars[head].direction_square = ends.y;
    scalars[head].weights_along = ends.z;
    scalars[head].gradient_square = gradient_square;
    if (iteration == 0u) { scalars[head].first_gradient_square = gradient_square; }
    if (iteration > 0u) { scalars[head].inverse_curvature[newest_slot] = newest_inverse; }
  }
}
