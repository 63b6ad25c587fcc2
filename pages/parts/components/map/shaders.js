// How one point is drawn: a disc, or for an untrained backbone a ring, lit, plain or fallen back.

export const STATE = { plain: 0, dim: 1, lit: 2 };

export const VERTEX = `#version 300 es
in vec2 before;
in vec2 after;
in float kind;
in float state;
uniform float progress;  // of the glide from before to after
uniform vec4 view;  // place in 0..1 to clip space: scale x, y, shift x, y
uniform vec3 sizes;  // radius of a plain or dim, and of a lit point; room for its edge: device px
uniform float fallen;  // opacity of a dim point
uniform sampler2D palette;
out vec3 colour;
flat out float radius;
flat out int lit;
flat out float alpha;

void main() {
  lit = int(state) == ${STATE.lit} ? 1 : 0;
  alpha = int(state) == ${STATE.dim} ? fallen : 1.;
  radius = lit == 1 ? sizes.y : sizes.x;
  colour = texelFetch(palette, ivec2(int(kind), 0), 0).rgb;
  gl_Position = vec4(mix(before, after, progress) * view.xy + view.zw, 0., 1.);
  gl_PointSize = 2. * (radius + sizes.z);
}`;

export const FRAGMENT = `#version 300 es
precision highp float;
in vec3 colour;
flat in float radius;
flat in int lit;
flat in float alpha;
uniform vec3 sizes;
uniform vec3 card;
uniform float hollow;  // stroke of the ring in device px, 0 for a disc
out vec4 paint;

void main() {
  float reach = radius + sizes.z;
  float d = length(gl_PointCoord - .5) * 2. * reach;
  float disc = 1. - smoothstep(radius - .5, radius + .5, d);
  float stroke = lit == 1 ? hollow * 1.4 : hollow;
  float ring = disc * smoothstep(radius - stroke - .5, radius - stroke + .5, d);
  vec4 solid = vec4(colour, 1.) * disc;
  vec4 edge = vec4(card, 1.) * (1. - smoothstep(reach - 1., reach, d)) * float(lit);
  vec4 open = vec4(colour, 1.) * ring + vec4(card, 1.) * (disc - ring) * float(lit);
  paint = hollow > 0. ? open * alpha : (solid + edge * (1. - disc)) * alpha;
}`;
