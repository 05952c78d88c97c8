//! How the keys of a step are called.

/// The keys of one step: where they stand in the file, and what they are called in reports.
#[derive(Clone)]
pub(super) struct Keys {
    /// `inference.` or `steps.NAME.`.
    table: String,
    /// Nothing, or `steps.NAME.`.
    prefix: String,
}

impl Keys {
    /// Of `[inference]`, or of the step of this name.
    pub(super) fn new(name: Option<&str>) -> Self {
        match name {
            None => Self { table: "inference.".to_owned(), prefix: String::new() },
            Some(name) => Self { table: format!("steps.{name}."), prefix: format!("steps.{name}.") },
        }
    }

    /// Keys of `[training]`.
    pub(super) fn training() -> Self {
        Self { table: "training.".to_owned(), prefix: "training.".to_owned() }
    }

    /// Whether they are those of `[training]`.
    pub(super) fn is_training(&self) -> bool {
        self.table == "training."
    }

    /// A key of the step's own table.
    pub(super) fn own(&self, key: &str) -> String {
        format!("{}{key}", self.table)
    }

    /// A key of a profile or of the deployment, as reports name it for this step.
    pub(super) fn other(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }
}
