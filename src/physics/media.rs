//! Work other than text: pictures, videos, sound, items of known arithmetic.

use crate::math::Real;
use crate::physics::compute::{FLOP_PER_PARAMETER, forward};
use crate::scenario::{Items, Pictures, Texts};
use crate::units::{Compute, Count};

/// Tokens that a picture or video becomes.
///
/// ```text
/// N = (width / p) * (height / p) * frames / f + text_tokens
/// ```
///
/// `[1]`; `p` pixels and `f` frames per token.
///
/// # Source
///
/// Peebles and Xie 2022, arXiv 2212.09748 (patches of the latent picture as tokens).
///
/// # Example
///
/// ```
/// # use econome::examples::flux_picture;
/// assert_eq!(econome::physics::media::picture_tokens(&flux_picture()).value(), 64.0 * 64.0 + 512.0);
/// ```
#[inline]
#[must_use]
pub fn picture_tokens<T: Real>(pictures: &Pictures<T>) -> Count<T> {
    let edge = pictures.pixels_per_token;
    let patches = (pictures.width / edge) * (pictures.height / edge);
    patches * (pictures.frames / pictures.frames_per_token) + pictures.text_tokens
}

/// Operations to make the pictures or videos of one request.
///
/// ```text
/// C = images * steps * evaluations_per_step * (2 * P_eff * N + 4 * layers * hidden_size * N^2)
/// ```
///
/// `[FLOP]`; text encoder and picture decoder not counted. Valid for diffusion transformers with full
/// attention.
///
/// # Source
///
/// Peebles and Xie 2022, arXiv 2212.09748; attention term as in Narayanan et al. 2021, arXiv 2104.04473.
///
/// # Example
///
/// ```
/// # use econome::examples::flux_picture;
/// let flop = econome::physics::media::picture_work(&flux_picture()).as_flop();
/// assert!(flop > 1.6e15 && flop < 2.2e15);
/// ```
#[inline]
#[must_use]
pub fn picture_work<T: Real>(pictures: &Pictures<T>) -> Compute<T> {
    let tokens = picture_tokens(pictures);
    let attention =
        (pictures.layers * pictures.hidden_size * tokens * tokens).value() * T::of(2.0 * FLOP_PER_PARAMETER);
    let pass = forward(pictures.effective_parameters, tokens) + Compute::flop(attention);
    pass * (pictures.images * pictures.steps * pictures.evaluations_per_step)
}

/// Operations for some items.
///
/// ```text
/// C = items * flop_per_item
/// ```
///
/// `[FLOP]`.
///
/// # Source
///
/// Definition.
///
/// # Example
///
/// ```
/// # use econome::examples::ten_pictures;
/// // ten pictures of 8.2e9 operations
/// assert_eq!(econome::physics::media::items_work(&ten_pictures()).as_flop(), 8.2e10);
/// ```
#[inline]
#[must_use]
pub fn items_work<T: Real>(items: &Items<T>) -> Compute<T> {
    items.flop_per_item * items.items
}

/// Operations to read some texts once.
///
/// ```text
/// C = items * 2 * active_parameters * input_tokens
/// ```
///
/// `[FLOP]`; embedding and classification of texts. Parameters of the embedding table are looked up, not
/// multiplied, so that small models with a large vocabulary come out up to twice too high.
///
/// # Source
///
/// Kaplan et al. 2020, arXiv 2001.08361 (forward pass).
///
/// # Example
///
/// ```
/// # use econome::examples::ten_texts;
/// // ten texts of 100 tokens, 1e8 parameters
/// assert_eq!(econome::physics::media::texts_work(&ten_texts()).as_flop(), 2e11);
/// ```
#[inline]
#[must_use]
pub fn texts_work<T: Real>(texts: &Texts<T>) -> Compute<T> {
    forward(texts.active_parameters, texts.input_tokens * texts.items)
}
