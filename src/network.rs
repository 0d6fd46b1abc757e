//! What moves where and when. So far the launch manifest: which launchers, how many of each.

pub mod manifest;

pub use manifest::{LaunchOption, Manifest, ManifestError, Preference, minimal_manifests, plan_launches};
