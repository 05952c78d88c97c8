//! Facility, grid, network, terminal.

use std::sync::Arc;

use crate::error::Error;
use crate::figure::Figure;
use crate::profile::{Facility, Grid, Kind, Network, Terminal};
use crate::scenario::chosen::Place;
use crate::scenario::door::Door;
use crate::scenario::file::Instrument;
use crate::scenario::{Screen, Site, Slot, Transfer, defaults};
use crate::units::{CarbonIntensity, Pue, Quantity, WaterPerEnergy};

/// How many facilities stand in for each other at most.
const LONGEST_PRIOR_CHAIN: usize = 4;

impl Door<'_> {
    pub(super) fn site(&mut self) -> Result<Site<Slot>, Error> {
        let table = &self.file.site;
        let (facility, id) = self.facility()?;
        let pue = match table.pue {
            Some(pue) => self.given("site.pue", pue),
            None => self.pue(&facility, &id)?,
        };
        let wue = match table.wue {
            Some(wue) => Some(self.given("site.wue", wue)),
            None => self.wue(&facility, &id)?,
        };
        let (default, reason) = self.usual_grid(&facility, &id)?;
        let name = self.choose("site.grid", table.grid.as_deref(), &default, &reason);
        let (grid, grid_id) = self.profile::<Grid>("site.grid", &name, Place::top)?;
        let carbon_intensity = self.carbon_intensity(&grid, &grid_id, &facility, &id)?;
        self.zone = grid.zone.to_lowercase();
        self.site_ratio = self.site_ratio()?;
        Ok(Site {
            pue,
            carbon_intensity,
            time_ratio: self.site_ratio,
            wue,
            water: self.optional("grid.water", grid.water.as_ref(), &grid_id),
            primary_energy: self.optional("grid.primary_energy", grid.primary_energy.as_ref(), &grid_id),
            abiotic: self.optional("grid.abiotic", grid.abiotic.as_ref(), &grid_id),
            electricity_price: match table.electricity_price {
                Some(price) => Some(self.given("site.electricity_price", price)),
                None => self.optional("grid.electricity_price", grid.electricity_price.as_ref(), &grid_id),
            },
        })
    }

    /// The grid that feeds a facility, and why: the one it names, that of its country, or the default where it says
    /// nothing of either.
    fn usual_grid(&self, facility: &Facility, id: &str) -> Result<(String, String), Error> {
        if let Some(grid) = &facility.grid {
            return Ok((grid.clone(), format!("grid of {id}")));
        }
        let Some(country) = &facility.country else {
            return Ok((defaults::GRID.to_owned(), "electricity of France".to_owned()));
        };
        match self.catalog.find(Kind::Grid, country) {
            Ok(grid) => Ok((grid, format!("grid of the country of {id}"))),
            // Whoever names the grid needs none from the facility.
            Err(_) if self.file.site.grid.is_some() => Ok((country.clone(), String::new())),
            Err(_) => {
                let error = Error::new(format!("{id} lies in {country}, and the catalogue has no grid of that name"))
                    .infeasible();
                Err(self.tree.at("site.facility", error.with_help("give site.grid, or a profile of your own")))
            }
        }
    }

    fn facility(&mut self) -> Result<(Arc<Facility>, String), Error> {
        let table = &self.file.site;
        if table.facility.is_none() && (table.pue.is_none() || table.grid.is_none()) {
            self.warn(
                "site_assumed",
                format!("no site.facility: a French data centre is assumed ({})", defaults::FACILITY),
            );
        }
        let name = self.choose("site.facility", table.facility.as_deref(), defaults::FACILITY, "no facility named");
        self.profile::<Facility>("site.facility", &name, Place::top)
    }

    fn carbon_intensity(
        &mut self,
        grid: &Grid,
        grid_id: &str,
        facility: &Facility,
        facility_id: &str,
    ) -> Result<CarbonIntensity<Slot>, Error> {
        let instrument = self.file.site.instrument.unwrap_or(Instrument::Location);
        let given = self.file.site.instrument.map(Instrument::name);
        self.choose("site.instrument", given, "location", "location-based, as ISO/IEC 21031 asks");
        let residual = &grid.residual_carbon_intensity;
        match (instrument, &facility.market_carbon_intensity, residual, &grid.marginal_carbon_intensity) {
            (Instrument::Location, ..) => self.location("site.grid", "grid.carbon_intensity", grid, grid_id),
            (Instrument::Market, Some(figure), ..) => {
                Ok(self.figure("facility.market_carbon_intensity", figure, facility_id))
            }
            (Instrument::Market, None, Some(figure), _) => {
                self.warn(
                    "residual_mix",
                    format!("{facility_id} names no contracts: the residual mix of {grid_id} counts"),
                );
                Ok(self.figure("grid.residual_carbon_intensity", figure, grid_id))
            }
            (Instrument::Marginal, _, _, Some(figure)) => {
                Ok(self.figure("grid.marginal_carbon_intensity", figure, grid_id))
            }
            (Instrument::Market, None, None, _) => {
                let error =
                    Error::new(format!("{facility_id} publishes no market-based carbon intensity")).infeasible();
                let help = "set override.facility.market_carbon_intensity, or leave site.instrument at location";
                Err(self.tree.at("site.instrument", error.with_help(help)))
            }
            (Instrument::Marginal, _, _, None) => {
                let error = Error::new(format!("{grid_id} has no marginal carbon intensity")).infeasible();
                let help = "set override.grid.marginal_carbon_intensity, or leave site.instrument at location";
                Err(self.tree.at("site.instrument", error.with_help(help)))
            }
        }
    }

    /// The location-based carbon intensity: over the life cycle, else of generation alone, which is said.
    fn location(&mut self, chosen: &str, key: &str, grid: &Grid, id: &str) -> Result<CarbonIntensity<Slot>, Error> {
        match (&grid.carbon_intensity, &grid.direct_carbon_intensity) {
            (Some(figure), _) => Ok(self.figure(key, figure, id)),
            (None, Some(figure)) => {
                self.warn(
                    "direct_only",
                    format!("{id} counts the emissions of generation alone: not comparable with life-cycle values"),
                );
                self.gap(&format!("electricity: upstream of generation (no life-cycle figure in {id})"));
                Ok(self.figure(key, figure, id))
            }
            (None, None) => Err(self.tree.at(chosen, self.without_value(grid, id))),
        }
    }

    /// That a zone has no carbon intensity, and what may be taken instead; nothing is taken unasked.
    fn without_value(&self, grid: &Grid, profile: &str) -> Error {
        let variants = format!("{}-", profile.trim_start_matches("grid/"));
        let ids = self.catalog.ids(Kind::Grid).into_iter().filter(|id| id.starts_with(&variants));
        let near: Vec<&str> = ids.chain(grid.neighbours.iter().map(String::as_str)).collect();
        let others = if near.is_empty() { String::new() } else { format!("take one of {}, or ", near.join(", ")) };
        let help = format!("{others}give override.grid.carbon_intensity, such as \"120 gCO2e/kWh\"");
        Error::new(format!("{profile} has no carbon intensity: no source gives one for this zone"))
            .with_help(help)
            .infeasible()
    }

    fn pue(&mut self, facility: &Arc<Facility>, id: &str) -> Result<Pue<Slot>, Error> {
        match self.published(facility, id, "PUE", |facility| facility.pue.clone())? {
            Some((figure, from)) => Ok(self.figure("site.pue", &figure, &from)),
            None => {
                let error = Error::new(format!("{id} gives no PUE and names no prior for it")).infeasible();
                Err(self.tree.at("site.facility", error.with_help("give site.pue")))
            }
        }
    }

    fn wue(&mut self, facility: &Arc<Facility>, id: &str) -> Result<Option<WaterPerEnergy<Slot>>, Error> {
        match self.published(facility, id, "WUE", |facility| facility.wue.clone())? {
            Some((figure, from)) => Ok(Some(self.figure("site.wue", &figure, &from))),
            None => {
                self.gap(&format!("cooling: water on site (no WUE in {id})"));
                Ok(None)
            }
        }
    }

    /// A figure of the facility, or of the one that stands in for what it does not publish.
    fn published<Q: Quantity>(
        &mut self,
        facility: &Arc<Facility>,
        id: &str,
        what: &str,
        figure: impl Fn(&Facility) -> Option<Figure<Q>>,
    ) -> Result<Option<(Figure<Q>, String)>, Error> {
        let (mut current, mut current_id) = (facility.clone(), id.to_owned());
        for _ in 0..LONGEST_PRIOR_CHAIN {
            if let Some(found) = figure(&current) {
                if current_id != id {
                    let code = if what == "PUE" { "pue_unknown" } else { "wue_unknown" };
                    self.warn(code, format!("{id} publishes no {what}: that of {current_id} stands in for it"));
                }
                return Ok(Some((found, current_id)));
            }
            let Some(prior) = current.prior.clone() else { return Ok(None) };
            (current, current_id) = self.profile::<Facility>("site.facility", &prior, Place::top)?;
        }
        Ok(None)
    }

    pub(super) fn network(&mut self) -> Result<Option<Transfer<Slot>>, Error> {
        let Some(table) = &self.file.network else { return Ok(None) };
        let Some(data) = table.data_per_request else {
            let error = Error::new("[network] needs data_per_request");
            return Err(self.tree.at("network", error.with_help("write for example data_per_request = \"20 kB\"")));
        };
        let name = self.choose("network.network", table.network.as_deref(), defaults::NETWORK, "fixed line in France");
        let (network, id) = self.profile::<Network>("network.network", &name, Place::top)?;
        Ok(Some(Transfer {
            data_per_request: self.given("network.data_per_request", data),
            carbon_per_data: self.optional("network.carbon_per_data", network.carbon_per_data.as_ref(), &id),
            energy_per_data: self.optional("network.energy_per_data", network.energy_per_data.as_ref(), &id),
        }))
    }

    /// The users' grid: an override is of the site's, and holds here only where both are the same.
    fn users_grid(&mut self, name: &str) -> Result<(Arc<Grid>, String), Error> {
        let id = self.catalog.find(Kind::Grid, name).map_err(|error| self.tree.at("terminal.grid", error))?;
        if self.uses(Kind::Grid, &id) {
            return self.profile::<Grid>("terminal.grid", name, Place::top);
        }
        let grid = self.catalog.profile::<Grid>(&id)?;
        Ok((grid, format!("grid/{id}")))
    }

    pub(super) fn terminal(&mut self) -> Result<Option<Screen<Slot>>, Error> {
        let Some(table) = &self.file.terminal else { return Ok(None) };
        let Some(active_time) = table.active_time else {
            let error = Error::new("[terminal] needs active_time");
            return Err(self.tree.at("terminal", error.with_help("write for example active_time = \"60 s\"")));
        };
        let name = self.choose("terminal.terminal", table.terminal.as_deref(), defaults::TERMINAL, "office work");
        let (terminal, id) = self.profile::<Terminal>("terminal.terminal", &name, Place::top)?;
        let grid = self.choose("terminal.grid", table.grid.as_deref(), defaults::GRID, "users in France");
        let (grid, grid_id) = self.users_grid(&grid)?;
        Ok(Some(Screen {
            active_time: self.given("terminal.active_time", active_time),
            active_power: self.figure("terminal.active_power", &terminal.active_power, &id),
            lifetime: self.figure("terminal.lifetime", &terminal.lifetime, &id),
            active_hours_per_day: self.figure("terminal.active_hours_per_day", &terminal.active_hours_per_day, &id),
            carbon_intensity: self.location("terminal.grid", "terminal.grid.carbon_intensity", &grid, &grid_id)?,
            water: self.optional("terminal.grid.water", grid.water.as_ref(), &grid_id),
            primary_energy: self.optional("terminal.grid.primary_energy", grid.primary_energy.as_ref(), &grid_id),
            abiotic: self.optional("terminal.grid.abiotic", grid.abiotic.as_ref(), &grid_id),
            embodied_carbon: self.optional("terminal.embodied_carbon", terminal.embodied_carbon.as_ref(), &id),
            embodied_abiotic: self.optional("terminal.embodied_abiotic", terminal.embodied_abiotic.as_ref(), &id),
        }))
    }
}
