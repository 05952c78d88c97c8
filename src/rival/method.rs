//! The methods by which a scenario can be computed, and where each is published.

use crate::error::Error;

/// A method that turns a scenario into impacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// The method of this library.
    Econome,
    /// EcoLogits 0.11.
    Ecologits,
    /// LLMCarbon, Faiz et al. 2024.
    LlmCarbon,
    /// Rated power times time.
    Tdp,
}

/// A publication of a method, in the words of `profiles/sources.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reference {
    /// Key of the bibliography.
    pub key: &'static str,
    /// The source in one line.
    pub citation: &'static str,
    /// Licence of what was taken from it.
    pub licence: &'static str,
}

const ECOLOGITS: Reference = Reference {
    key: ECOLOGITS_KEY,
    citation: "EcoLogits (2026). EcoLogits 0.11.3. https://ecologits.ai",
    licence: "MPL-2.0 (facts cited)",
};
const LLMCARBON: Reference = Reference {
    key: LLMCARBON_KEY,
    citation: "Faiz et al. (2024). LLMCarbon: Modeling the End-to-End Carbon Footprint of Large Language Models. \
               https://arxiv.org/abs/2309.14393",
    licence: "facts cited",
};
const LACOSTE: Reference = Reference {
    key: "lacoste-2019",
    citation: "Lacoste et al. (2019). Quantifying the Carbon Emissions of Machine Learning. \
               https://arxiv.org/abs/1910.09700",
    licence: "facts cited",
};
const LANNELONGUE: Reference = Reference {
    key: "lannelongue-2021",
    citation: "Lannelongue, Grealey, Inouye (2021). Green Algorithms: Quantifying the Carbon Footprint of \
               Computation. https://doi.org/10.1002/advs.202100707",
    licence: "facts cited",
};

/// Bibliography key of EcoLogits.
pub(super) const ECOLOGITS_KEY: &str = "ecologits-0.11";
/// Bibliography key of LLMCarbon.
pub(super) const LLMCARBON_KEY: &str = "llmcarbon-2024";

impl Method {
    /// All methods, in the order of every report.
    pub const ALL: [Self; 4] = [Self::Econome, Self::Ecologits, Self::LlmCarbon, Self::Tdp];

    /// Its name on the command line and in results.
    ///
    /// ```
    /// use econome::rival::Method;
    /// assert_eq!(Method::ALL.map(Method::id), ["econome", "ecologits-0.11", "llmcarbon", "tdp"]);
    /// ```
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Econome => "econome",
            Self::Ecologits => "ecologits-0.11",
            Self::LlmCarbon => "llmcarbon",
            Self::Tdp => "tdp",
        }
    }

    /// Paper or tool, with its version.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Econome => concat!("econome ", env!("CARGO_PKG_VERSION")),
            Self::Ecologits => "EcoLogits 0.11.3",
            Self::LlmCarbon => "LLMCarbon (Faiz et al., ICLR 2024, arXiv 2309.14393)",
            Self::Tdp => "rated power x time (Lacoste et al. 2019, arXiv 1910.09700)",
        }
    }

    /// The method of this name.
    ///
    /// # Errors
    ///
    /// An unknown name; the error lists the known ones.
    ///
    /// ```
    /// use econome::rival::Method;
    /// assert_eq!(Method::named("tdp")?, Method::Tdp);
    /// let error = Method::named("ecologits-0.12").unwrap_err();
    /// assert_eq!(error.help(), Some("known methods: econome, ecologits-0.11, llmcarbon, tdp"));
    /// # Ok::<(), econome::Error>(())
    /// ```
    pub fn named(name: &str) -> Result<Self, Error> {
        let unknown = || {
            let known = Self::ALL.map(Self::id).join(", ");
            Error::new(format!("unknown method \"{name}\"")).with_help(format!("known methods: {known}"))
        };
        Self::ALL.into_iter().find(|method| method.id() == name).ok_or_else(unknown)
    }

    /// Where it is published; nothing for the method of this library, whose sources are those of its figures.
    #[must_use]
    pub fn references(self) -> &'static [Reference] {
        match self {
            Self::Econome => &[],
            Self::Ecologits => &[ECOLOGITS],
            Self::LlmCarbon => &[LLMCARBON],
            Self::Tdp => &[LACOSTE, LANNELONGUE],
        }
    }
}
