//! Targets as the settings name them.

use std::sync::Arc;

use crate::app::wall_clock;
use crate::config::{AlertWay, CapPlace, Service, StoryWay};
use crate::deliver::Target;
use crate::deliver::apprise::Apprise;
use crate::deliver::cap::{self, Cap};
use crate::deliver::chat::{self, Chat};
use crate::deliver::folder::Folder;
use crate::deliver::mail::Mail;
use crate::deliver::push::Push;
use crate::deliver::stories::StoryTarget;
use crate::deliver::webhook::Webhook;
use crate::telemetry::Metrics;

/// A target of alerts.
///
/// # Errors
/// A secret or an address that is none.
pub fn alerts(way: &AlertWay, metrics: &Arc<Metrics>) -> anyhow::Result<Box<dyn Target>> {
    Ok(match way {
        AlertWay::Webhook { to, secrets } => {
            let secrets: Vec<String> = secrets.iter().map(|it| it.0.clone()).collect();
            let clock = || wall_clock().0 / 1000;
            let webhook = Webhook::new(&to.url, &secrets, to.allow_private, clock);
            Box::new(webhook.map_err(anyhow::Error::msg)?.counting(Arc::clone(metrics)))
        }
        AlertWay::Chat { service, to, token, channel } => {
            let service = match service {
                Service::Slack => chat::Service::Slack,
                Service::Mattermost => chat::Service::Mattermost,
            };
            Box::new(Chat::new(service, &to.url, &token.0, channel, to.allow_private))
        }
        AlertWay::Mail { server, from, to } => {
            Box::new(Mail::new(server, from, to).map_err(anyhow::Error::msg)?)
        }
        AlertWay::Apprise { to, services, tag } => {
            let services = services.as_ref().map(|it| it.0.clone());
            Box::new(Apprise::new(&to.url, services, tag.clone(), to.allow_private))
        }
        AlertWay::Cap { to, sender, status, category } => {
            let envelope = cap::Envelope {
                sender: sender.clone(),
                status: status.clone(),
                category: category.clone(),
            };
            let way = match to {
                CapPlace::Folder(folder) => cap::Way::Folder(folder.clone()),
                CapPlace::Http(to, token) => {
                    let token = token.as_ref().map(|it| it.0.clone());
                    cap::Way::http(&to.url, token, to.allow_private)
                }
            };
            Box::new(Cap::new(envelope, way))
        }
    })
}

/// A target of stories.
#[must_use]
pub fn stories(way: &StoryWay) -> Box<dyn StoryTarget> {
    match way {
        StoryWay::Folder { path, has_guid } => Box::new(Folder::new(path, *has_guid)),
        StoryWay::Push { to, key } => Box::new(Push::new(&to.url, &key.0, to.allow_private)),
    }
}
