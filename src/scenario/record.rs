//! The macro behind the records of a case.

/// Defines a record of quantities and how to carry it over to another kind of number.
macro_rules! record {
    (
        $(#[$doc:meta])* $name:ident {
            $($(#[$req_doc:meta])* $req:ident: $req_type:ident,)*
            $(; optional { $($(#[$opt_doc:meta])* $opt:ident: $opt_type:ident,)* })?
            $(; kept { $($(#[$kept_doc:meta])* $kept:ident: $kept_type:ty,)* })?
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        #[non_exhaustive]
        pub struct $name<T = f64> {
            $($(#[$req_doc])* pub $req: $req_type<T>,)*
            $($($(#[$opt_doc])* pub $opt: Option<$opt_type<T>>,)*)?
            $($($(#[$kept_doc])* pub $kept: $kept_type,)*)?
        }

        impl<T> $name<T> {
            pub(crate) fn map<U>(&self, f: &mut impl FnMut(&T) -> U) -> $name<U> {
                $name {
                    $($req: self.$req.map(f),)*
                    $($($opt: self.$opt.as_ref().map(|value| value.map(f)),)*)?
                    $($($kept: self.$kept,)*)?
                }
            }
        }
    };
}
pub(crate) use record;
