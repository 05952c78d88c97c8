//! The share of the peak that training reaches, and how sure it is.

use crate::error::Error;
use crate::figure::Law;
use crate::scenario::coefficients::lacks;
use crate::scenario::door::Door;
use crate::scenario::file::{Method, TrainingTable};
use crate::scenario::range::Measuring;
use crate::scenario::step::ChosenModel;
use crate::scenario::training::Practice;
use crate::scenario::{Reached, Slot, Utilisation};
use crate::units::{Carried as _, Count, Quantity as _};

impl Door<'_> {
    /// Share of the peak reached over billed hours: given, or by size of the model and chip.
    pub(super) fn reached(
        &mut self,
        table: &TrainingTable,
        chosen: Option<&ChosenModel>,
        practice: &Practice,
    ) -> Result<Reached<Slot>, Error> {
        let Some(mfu) = table.mfu else {
            return Ok(Reached::Computed(self.training_utilisation(table, chosen, practice)?));
        };
        if mfu.coherent() == 0.0 {
            return Err(self.wrong("training.mfu", "a share of zero never ends"));
        }
        Ok(Reached::Given(self.given("training.mfu", mfu)))
    }

    fn training_utilisation(
        &mut self,
        table: &TrainingTable,
        chosen: Option<&ChosenModel>,
        practice: &Practice,
    ) -> Result<Utilisation<Slot>, Error> {
        let full = self.practised(practice, "training_parameters", |figures| &figures.training_parameters)?;
        let (parameters, active_parameters) = match chosen {
            Some(ChosenModel { model, id }) => (
                self.model_size("training.model.parameters", &model.parameters, id),
                self.model_size("training.model.active_parameters", &model.active_parameters, id),
            ),
            None => (full, full),
        };
        Ok(Utilisation {
            parameters,
            active_parameters,
            base: self.practised(practice, "training_mfu", |figures| &figures.training_mfu)?,
            experts: self.practised(practice, "training_experts", |figures| &figures.training_experts)?,
            memory: self.practised(practice, "training_memory", |figures| &figures.training_memory)?,
            memory_exponent: self
                .practised(practice, "training_memory_exponent", |figures| &figures.training_memory_exponent)?,
            peak: self.practised(practice, "training_peak", |figures| &figures.training_peak)?,
            peak_exponent: self
                .practised(practice, "training_peak_exponent", |figures| &figures.training_peak_exponent)?,
            full,
            size_exponent: self
                .practised(practice, "training_size_exponent", |figures| &figures.training_size_exponent)?,
            error: self.training_error(table, chosen, practice)?,
        })
    }

    /// Billed over computed time: within the spread of published runs; wider for what none of them did.
    fn training_error(
        &mut self,
        table: &TrainingTable,
        chosen: Option<&ChosenModel>,
        practice: &Practice,
    ) -> Result<Count<Slot>, Error> {
        let method = table.method.unwrap_or(Method::Pretraining);
        let model = chosen.map_or("", |chosen| chosen.id.as_str());
        let identity = format!("model_error/{}/{}/{model}", practice.id, practice.accelerator);
        if method != Method::Pretraining {
            let slot = self.practised(practice, "training_adaptation", |figures| &figures.training_adaptation)?;
            self.identify(identity);
            return Ok(slot);
        }
        let (name, figure) = if practice.stack.saw(&practice.accelerator) {
            ("training_residual", &practice.figures.training_residual)
        } else {
            ("training_residual_unseen", &practice.figures.training_residual_unseen)
        };
        let figure = figure.as_ref().ok_or_else(|| lacks(&practice.id, name))?;
        let sd = figure.value.coherent();
        let reason = format!("billed over computed hours: log standard deviation {sd} ({name})");
        let slot = self.derive("training.model_error", Count::of(1.0), Law::factor(1.0, sd), &reason);
        self.cite(&figure.source, Some(&practice.id));
        self.identify(identity);
        Ok(slot)
    }

    /// Widens the error of pretraining by how far its inputs lie outside the runs of the fit.
    pub(super) fn widen_training(
        &mut self,
        table: &TrainingTable,
        mfu: &Reached<Slot>,
        practice: &Practice,
        start: usize,
    ) {
        let pretraining = matches!(table.method, None | Some(Method::Pretraining));
        let rate = practice.figures.extrapolation.as_ref().map(|figure| figure.value.coherent());
        let measured = practice.stack.measured.get("training");
        if let (true, Reached::Computed(form), Some(rate), Some(measured)) = (pretraining, mfu, rate, measured) {
            let measuring = Measuring { software: &practice.id, range: &measured.range, rate };
            self.widen_by(form.error.raw(), &measuring, start..self.inputs.len());
        }
    }
}
